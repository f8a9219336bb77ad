/**
 * Measures one library on one message, in a process of its own: `measure-codec LIBRARY SAMPLE SECONDS` prints a
 * `CodecFigures` as JSON. What a library has been given before decides how V8 compiles it, so that no two share a process.
 */
import { equals, fromBinary, toBinary } from "@bufbuild/protobuf";
import { PEERS } from "./peers.ts";
import { findSample } from "./sample-messages.ts";

/** Operations a second. */
export interface CodecFigures {
  readonly encode: number;
  readonly decode: number;
  /** Undefined for those that cannot. */
  readonly encodeInto: number | undefined;
}

/** What HTTP/2 and gRPC write before a message. */
const PREFIX_BYTES = 14;
const WARM_UP_SECONDS = 0.15;
/** A look at the clock costs as much as a small message. */
const CLOCK_EVERY_MS = 1;

const [library = "", sampleName = "", seconds = ""] = process.argv.slice(2);
const { schema, make } = findSample(sampleName);
const message = make();
const expected = Buffer.from(toBinary(schema, message));
const peer = await PEERS[library]?.(schema);
if (peer === undefined) throw new Error(`there is no library ${library}`);
const { encode, decode, encodeInto } = peer;
const value = peer.valueOf(message, expected);
const isProtobuf = library !== "JSON + Buffer";
const encoded = Buffer.from(encode(value));
const buffer = Buffer.alloc(4 * expected.length + 1_024);
/** What was made last, so that making it is no work for nothing. */
let last: unknown;

check();
const figures: CodecFigures = {
  encode: perSecond(() => encode(value)),
  encodeInto: encodeInto === undefined ? undefined : perSecond(() => encodeInto(value, buffer, PREFIX_BYTES)),
  decode: perSecond(() => decode(encoded)),
};
check();
if (last === undefined) throw new Error("nothing was measured");
console.log(JSON.stringify(figures));

/** Whether what is measured is what should be. */
function check(): void {
  const again = Buffer.from(encode(decode(encoded)));
  if (!again.equals(Buffer.from(encode(value)))) throw new Error(`${library}: what was decoded is another message`);
  if (encodeInto !== undefined) {
    const end = encodeInto(value, buffer, PREFIX_BYTES);
    if (!buffer.subarray(PREFIX_BYTES, end).equals(encoded)) throw new Error(`${library}: in place are other bytes`);
  }
  if (isProtobuf && !equals(schema, fromBinary(schema, again), message))
    throw new Error(`${library}: these are the bytes of another message`);
}

function perSecond(work: () => unknown): number {
  run(work, WARM_UP_SECONDS, 1);
  const started = performance.now();
  run(work, 0, 1);
  const ms = Math.max(performance.now() - started, 1e-4);
  return run(work, Number(seconds), Math.max(1, Math.round(CLOCK_EVERY_MS / ms)));
}

/** Does it for so long, and returns how often it has in a second. */
function run(work: () => unknown, forSeconds: number, batch: number): number {
  const started = performance.now();
  const until = started + forSeconds * 1_000;
  let done = 0;
  let now = started;
  do {
    for (let count = 0; count < batch; count++) last = work();
    done += batch;
    now = performance.now();
  } while (now < until);
  return (done / (now - started)) * 1_000;
}
