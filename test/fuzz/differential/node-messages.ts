import type { Http2Stream, IncomingHttpHeaders } from "node:http2";
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { LetterSchema } from "../../simulation/post_pb.ts";
import { envelope } from "../wire-pieces.ts";
import type { StreamPlan } from "./session-plan.ts";

/** Reads the bodies of all letters that come on a stream of node:http2. */
export async function readLetters(stream: Http2Stream): Promise<Buffer[]> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  let rest = Buffer.concat(chunks);
  const letters: Buffer[] = [];
  while (rest.length >= 5) {
    const end = 5 + rest.readUInt32BE(1);
    if (rest.length < end) throw new Error("a message breaks off");
    letters.push(Buffer.from(fromBinary(LetterSchema, rest.subarray(5, end)).body));
    rest = rest.subarray(end);
  }
  if (rest.length > 0) throw new Error(`${rest.length} bytes are left`);
  return letters;
}

/** A letter with its envelope, in pieces. */
export function* piecesOf(body: Uint8Array, pieceBytes: number): Generator<Buffer> {
  const letter = { $typeName: LetterSchema.typeName, call: 0, index: 0, body } as const;
  const bytes = Buffer.from(envelope(toBinary(LetterSchema, letter)));
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}

/** What differs between the bodies that were sent and those that came; undefined for nothing. */
export function compareBodies(what: string, sent: readonly Buffer[], came: readonly Uint8Array[]): string | undefined {
  if (came.length !== sent.length) return `${what}: ${came.length} of ${sent.length} messages came`;
  const wrong = sent.findIndex((body, index) => Buffer.compare(body, came[index] ?? Buffer.alloc(0)) !== 0);
  return wrong < 0 ? undefined : `${what}: message ${wrong} of ${sent[wrong]?.length} bytes is another one`;
}

/** The same for metadata. */
export function compareFields(
  what: string,
  { fields }: StreamPlan,
  get: (name: string) => unknown,
): string | undefined {
  const wrong = fields.find(([name, value]) => get(name) !== value);
  return wrong && `${what}: ${wrong[0]} of ${wrong[1].length} bytes came as ${String(get(wrong[0])).slice(0, 40)}`;
}

export function headersOf({ fields }: StreamPlan): IncomingHttpHeaders {
  return Object.fromEntries(fields);
}
