import { throws } from "node:assert/strict";
import { type DescMessage, equals, fromBinary, type Message, toBinary } from "@bufbuild/protobuf";
import {
  AnySchema,
  DurationSchema,
  FileDescriptorProtoSchema,
  file_google_protobuf_struct,
  StructSchema,
  TypeSchema,
} from "@bufbuild/protobuf/wkt";
import { compileType } from "../../conformance/codec/compile-type.ts";
import { LetterSchema } from "../../simulation/post_pb.ts";
import { check, type FuzzTarget } from "../fuzz-target.ts";
import { runtime } from "../runtime.ts";
import { envelope, LETTER } from "../wire-pieces.ts";

const MAX_MESSAGE_BYTES = 1_000;
const SCHEMAS: readonly DescMessage[] = [
  FileDescriptorProtoSchema,
  StructSchema,
  AnySchema,
  TypeSchema,
  DurationSchema,
  LetterSchema,
];

/** The first byte chooses the message, the second in pieces of how many bytes the rest comes as envelopes. */
export const target: FuzzTarget = {
  summary: "envelopes and messages, against protobuf-es: --executions N [--seed S]",
  folders: ["codec", "protocol"],
  pieces: [envelope(LETTER), LETTER, envelope(new Uint8Array(0)), Buffer.from([0x0a, 3, 0x61, 0x2e, 0x62])],
  seeds: () => {
    const file = toBinary(FileDescriptorProtoSchema, file_google_protobuf_struct.proto).subarray(0, 600);
    return [
      Buffer.concat([Buffer.from([0, 0]), file]),
      Buffer.concat([Buffer.from([5, 3]), envelope(LETTER), envelope(LETTER)]),
    ];
  },
  async prepare() {
    const { createCodec, DecodeError } = await runtime.codec();
    const { ENVELOPE_BYTES, EnvelopeReader } = await runtime.protocol();
    const { GrpcError } = await runtime.core();
    for (const schema of SCHEMAS) compileType(schema, createCodec);
    const codecs = SCHEMAS.map((schema) => createCodec(schema));
    const interpreters = SCHEMAS.map((schema) => createCodec(schema, { codecs: "interpreted" }));
    const cut = (bytes: Uint8Array, pieceBytes: number): string => {
      const seen: string[] = [];
      let put = 0;
      const reader = new EnvelopeReader("request", MAX_MESSAGE_BYTES);
      const handler = {
        onEnvelope: (all: Uint8Array, start: number, end: number) => {
          check(start <= end && end <= all.length, "an envelope outside of its bytes");
          seen.push(Buffer.from(all.subarray(start, end)).toString("hex"));
          put += ENVELOPE_BYTES + end - start;
        },
        onPartial: () => {},
      };
      try {
        for (let at = 0; at < bytes.length; at += pieceBytes)
          reader.read(bytes, at, Math.min(bytes.length, at + pieceBytes), handler);
        check(!reader.isBetweenMessages || put === bytes.length, `messages have ${put} of ${bytes.length} bytes`);
      } catch (error) {
        if (!GrpcError.is(error)) throw error;
        seen.push(error.message);
      }
      return seen.join();
    };
    return (input) => {
      const bytes = input.subarray(2);
      const index = (input[0] ?? 0) % SCHEMAS.length;
      const [schema, codec, interpreter] = [SCHEMAS[index], codecs[index], interpreters[index]];
      if (schema === undefined || codec === undefined || interpreter === undefined) return;
      check(cut(bytes, Math.max(1, bytes.length)) === cut(bytes, input[1] || 1), "envelopes in pieces are others");
      let message: Message;
      try {
        message = codec.decode(bytes);
      } catch (error) {
        if (!(error instanceof DecodeError)) throw error;
        const { path, offset } = error;
        throws(() => interpreter.decode(bytes), { name: "DecodeError", path, offset });
        return;
      }
      check(equals(schema, interpreter.decode(bytes), message), "interpreted it is another message");
      const written = codec.encode(message);
      check(equals(schema, codec.decode(written), message), "a message is not what it was");
      // protobuf-es does not look at the wire type that a field comes in, so that what is unknown here it misreads.
      if (hasUnknown(message)) return;
      check(equals(schema, fromBinary(schema, written), message), "protobuf-es reads another message");
    };
  },
};

function hasUnknown(value: unknown): boolean {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return false;
  return "$unknown" in value || Object.values(value).some(hasUnknown);
}
