import { type DescMessage, fromBinary, type Message, toBinary, toJson } from "@bufbuild/protobuf";
import { createCodec } from "gannet/codec";
import { GENERATED } from "./generate-peers.ts";

/** A library's way to encode and decode the messages of one type. */
export interface Peer {
  /** What the library makes of this message when it has received it. */
  valueOf(message: Message, bytes: Uint8Array): unknown;
  encode(value: unknown): Uint8Array;
  decode(bytes: Uint8Array): unknown;
  /** Encodes at an offset of a buffer, where the library can, and returns the end. */
  encodeInto?(value: unknown, buffer: Uint8Array, offset: number): number;
}

/** The libraries by name. Each is imported by the process that measures it, and by no other one. */
export const PEERS: Readonly<Record<string, (schema: DescMessage) => Promise<Peer>>> = {
  gannet: async (schema) => {
    const codec = createCodec(schema);
    return {
      valueOf: (_, bytes) => codec.decode(bytes),
      encode: (value) => codec.encode(value as Message),
      decode: (bytes) => codec.decode(bytes),
      encodeInto(value, buffer, offset) {
        // The connection asks for that much room first.
        if (offset + codec.maxBytes(value as Message) > buffer.length) throw new RangeError("the buffer is too small");
        return codec.encodeInto(value as Message, buffer, offset);
      },
    };
  },
  "JSON + Buffer": async (schema) => ({
    valueOf: (message) => toJson(schema, message),
    encode: (value) => Buffer.from(JSON.stringify(value)),
    decode: (bytes) => JSON.parse((bytes as Buffer).toString()),
  }),
  "protobufjs static": async (schema) => {
    const { shapes } = (await load("protobufjs.js")) as {
      shapes: Record<string, { encode(value: unknown): { finish(): Uint8Array }; decode(bytes: Uint8Array): unknown }>;
    };
    const type = found(shapes[schema.name]);
    return {
      valueOf: (_, bytes) => type.decode(bytes),
      encode: (value) => type.encode(value).finish(),
      decode: (bytes) => type.decode(bytes),
    };
  },
  "protobuf-es": async (schema) => ({
    valueOf: (_, bytes) => fromBinary(schema, bytes),
    encode: (value) => toBinary(schema, value as Message),
    decode: (bytes) => fromBinary(schema, bytes),
  }),
  "ts-proto": async (schema) => {
    const types = (await load("shapes.js")) as Record<
      string,
      { encode(value: unknown): { finish(): Uint8Array }; decode(bytes: Uint8Array): unknown }
    >;
    const type = found(types[schema.name]);
    return {
      valueOf: (_, bytes) => type.decode(bytes),
      encode: (value) => type.encode(value).finish(),
      decode: (bytes) => type.decode(bytes),
    };
  },
  pbf: async (schema) => {
    type Pbf = { finish(): Uint8Array };
    const { PbfReader, PbfWriter } = (await import("pbf")) as unknown as {
      PbfReader: new (bytes: Uint8Array) => Pbf;
      PbfWriter: new () => Pbf;
    };
    const functions = (await load("pbf.js")) as Record<string, (one: unknown, other?: unknown) => unknown>;
    const read = found(functions[`read${schema.name}`]);
    const write = found(functions[`write${schema.name}`]);
    return {
      valueOf: (_, bytes) => read(new PbfReader(bytes)),
      encode(value) {
        const writer = new PbfWriter();
        write(value, writer);
        return writer.finish();
      },
      decode: (bytes) => read(new PbfReader(bytes)),
    };
  },
};

async function load(file: string): Promise<unknown> {
  return await import(new URL(file, GENERATED).href);
}

function found<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("the generated code lacks the type");
  return value;
}
