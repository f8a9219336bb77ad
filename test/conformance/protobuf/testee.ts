/**
 * What the runner of protobuf's conformance suite talks to: reads requests from standard input, each behind its length in
 * four bytes, and answers in kind. Messages go through our codec; JSON and text are `@bufbuild/protobuf`'s.
 *
 * Arguments: the folder of the suite's .proto files, and how codecs shall work: `compiled`, `interpreted`, `fallback` where
 * `compiled` is asked for and cannot be, or `ahead-of-time`; the folder is that of the generated files then.
 */
import { readSync, writeSync } from "node:fs";
import { createRegistry, fromJsonString, type Message, type Registry, toJsonString } from "@bufbuild/protobuf";
import { fromText, toText } from "@bufbuild/protobuf/txtpb";
import { createCodec, type MessageCodec } from "gannet/codec";
import { compileType } from "../codec/compile-type.ts";
import { importFiles, loadFiles } from "./load-files.ts";

/** `conformance.WireFormat` and `conformance.TestCategory`. */
const WireFormat = { Protobuf: 1, Json: 2, Jspb: 3, Text: 4 } as const;
const IGNORE_UNKNOWN = 3;

/** A request, as far as it is looked at. */
interface ConformanceRequest extends Message {
  readonly payload: { readonly case: string | undefined; readonly value?: unknown };
  readonly requestedOutputFormat: number;
  readonly messageType: string;
  readonly testCategory: number;
  readonly printUnknownFields: boolean;
}

const KINDS = {
  compiled: "compiled",
  interpreted: "interpreted",
  fallback: "interpreted",
  "ahead-of-time": "ahead-of-time",
} as const;
type Mode = keyof typeof KINDS;

/** The case of the answer's `result`, and its value. */
type Result = readonly [name: string, value: string | Uint8Array];

class Testee {
  readonly #registry: Registry;
  readonly #mode: Mode;
  readonly #codecs = new Map<string, MessageCodec>();

  constructor(registry: Registry, mode: Mode) {
    this.#registry = registry;
    this.#mode = mode;
  }

  codec(typeName: string): MessageCodec {
    let codec = this.#codecs.get(typeName);
    if (codec === undefined) {
      const schema = this.#registry.getMessage(typeName);
      if (schema === undefined) throw new Error(`the suite's files have no message type ${typeName}`);
      codec = createCodec(schema, { codecs: this.#mode === "interpreted" ? "interpreted" : "compiled" });
      const kind = KINDS[this.#mode];
      if (codec.kind !== kind) throw new Error(`the codec of ${typeName} is ${codec.kind}, not ${kind}`);
      if (kind === "compiled") compileType(schema, createCodec);
      this.#codecs.set(typeName, codec);
    }
    return codec;
  }

  answer(request: ConformanceRequest): Result {
    // The first request asks for the tests that are known to fail: there are none.
    if (request.messageType === "conformance.FailureSet") return ["protobufPayload", new Uint8Array(0)];
    const codec = this.codec(request.messageType);
    let message: Message;
    try {
      const read = this.#read(codec, request);
      if (read === undefined) return ["skipped", "JSPB is not for the public"];
      message = read;
    } catch (error) {
      return ["parseError", String(error)];
    }
    try {
      return this.#write(codec, message, request);
    } catch (error) {
      return ["serializeError", String(error)];
    }
  }

  #read(codec: MessageCodec, { payload, testCategory }: ConformanceRequest): Message | undefined {
    const registry = this.#registry;
    const { schema } = codec;
    switch (payload.case) {
      case "protobufPayload":
        return codec.decode(payload.value as Uint8Array);
      case "jsonPayload":
        return fromJsonString(schema, payload.value as string, {
          registry,
          ignoreUnknownFields: testCategory === IGNORE_UNKNOWN,
        });
      case "textPayload":
        return fromText(schema, payload.value as string, { registry });
      default:
        return undefined;
    }
  }

  #write(codec: MessageCodec, message: Message, request: ConformanceRequest): Result {
    const registry = this.#registry;
    switch (request.requestedOutputFormat) {
      case WireFormat.Protobuf:
        return ["protobufPayload", codec.encode(message as never)];
      case WireFormat.Json:
        return ["jsonPayload", toJsonString(codec.schema, message as never, { registry })];
      case WireFormat.Text:
        return [
          "textPayload",
          toText(codec.schema, message as never, { registry, printUnknownFields: request.printUnknownFields }),
        ];
      default:
        return ["skipped", "JSPB is not for the public"];
    }
  }
}

/** Reads so many bytes; undefined where the input ends before. */
function readBytes(count: number): Uint8Array | undefined {
  const bytes = new Uint8Array(count);
  for (let at = 0; at < count; ) {
    const read = readSync(0, bytes, at, count - at, null);
    if (read === 0) return undefined;
    at += read;
  }
  return bytes;
}

function writeBytes(bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(1, bytes, at, bytes.length - at);
}

function isMode(text: string): text is Mode {
  return Object.hasOwn(KINDS, text);
}

async function main([folder = "", mode = ""]: readonly string[]): Promise<void> {
  if (!isMode(mode)) throw new Error(`the second argument is ${JSON.stringify(mode)}`);
  const files = await (mode === "ahead-of-time" ? importFiles : loadFiles)(folder);
  const testee = new Testee(createRegistry(...files), mode);
  const requests = testee.codec("conformance.ConformanceRequest");
  const responses = testee.codec("conformance.ConformanceResponse");
  for (;;) {
    const header = readBytes(4);
    if (header === undefined) return;
    const length = new DataView(header.buffer).getUint32(0, true);
    const body = readBytes(length);
    if (body === undefined) return;
    const [name, value] = testee.answer(requests.decode(body) as ConformanceRequest);
    const response = responses.encode({ result: { case: name, value } } as never);
    const responseHeader = new Uint8Array(4);
    new DataView(responseHeader.buffer).setUint32(0, response.length, true);
    writeBytes(responseHeader);
    writeBytes(response);
  }
}

await main(process.argv.slice(2));
