/**
 * Measures what it costs to use message types for the first time: `first-use LIBRARY` prints a `FirstUse` as JSON. A
 * program has many types, and uses most of them seldom.
 */
import { create, createFileRegistry, type DescMessage, fromBinary, type Message, toBinary } from "@bufbuild/protobuf";
import { FieldDescriptorProto_Type, FileDescriptorProtoSchema, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { createCodec } from "gannet/codec";

/** Milliseconds. */
export interface FirstUse {
  /** Of encoding a message of the first type in the process and decoding it, which finds everything cold. */
  readonly firstMs: number;
  /** Of encoding a message of one of the types behind it, on an average. */
  readonly encodeMs: number;
  readonly decodeMs: number;
  /** Of both for all types. */
  readonly allMs: number;
  /** How many pieces of source text were evaluated before a message was encoded. */
  readonly compiledBefore: number;
  /** What encoding and decoding take together when they come to make code, for a type on an average; 0 for others. */
  readonly codeMs: number;
}

interface Use {
  encode(message: Message): Uint8Array;
  decode(bytes: Uint8Array): Message;
}

const TYPES = 1_000;
const FIELDS = 20;
const TEXT = "text";
const MAX_INTERPRETED = 100;
const { BOOL, BYTES, DOUBLE, FIXED64, INT32, INT64, SINT32, STRING, UINT32, FLOAT } = FieldDescriptorProto_Type;
/** Two of each. */
const KINDS = [INT32, STRING, BOOL, INT64, DOUBLE, BYTES, UINT32, SINT32, FIXED64, FLOAT] as const;

const [library = ""] = process.argv.slice(2);
let evaluated = 0;
globalThis.Function = new Proxy(Function, {
  construct(target, source: string[]) {
    // Whether evaluating is allowed at all is asked by evaluating something small.
    if ((source.at(-1)?.length ?? 0) > 100) evaluated++;
    // As if it had been called itself: a subclass would give each function a shape of its own.
    return Reflect.construct(target, source) as object;
  },
});

const schemas = createTypes();
const uses = schemas.map((schema): Use => {
  if (library !== "protobuf-es") return createCodec(schema);
  return { encode: (message) => toBinary(schema, message), decode: (bytes) => fromBinary(schema, bytes) };
});
const compiledBefore = evaluated;
const messages = schemas.map((schema, type) =>
  create(schema, { [nameOf(type, 0)]: 1, [nameOf(type, 1)]: TEXT } as never),
);
const encodeMs: number[] = [];
const decodeMs: number[] = [];
for (const [type, use] of uses.entries()) {
  const started = performance.now();
  const bytes = use.encode(messages[type] as Message);
  const encoded = performance.now();
  const again = use.decode(bytes) as Message & Record<string, unknown>;
  decodeMs.push(performance.now() - encoded);
  encodeMs.push(encoded - started);
  if (again[nameOf(type, 1)] !== TEXT) throw new Error("what was decoded is another message");
}
// Only what makes an empty message: the first messages are interpreted.
if (library === "gannet" && evaluated !== TYPES) throw new Error(`${evaluated} pieces were compiled`);
const codeMs = library === "gannet" ? useUntilCompiled() : 0;
const sum = (numbers: readonly number[]): number => numbers.reduce((total, ms) => total + ms, 0);
const figures: FirstUse = {
  firstMs: (encodeMs[0] ?? Number.NaN) + (decodeMs[0] ?? Number.NaN),
  encodeMs: sum(encodeMs.slice(1)) / (TYPES - 1),
  decodeMs: sum(decodeMs.slice(1)) / (TYPES - 1),
  allMs: sum(encodeMs) + sum(decodeMs),
  compiledBefore,
  codeMs,
};
console.log(JSON.stringify(figures));

/** Uses each type until there is code for it; returns how long the two messages take, on an average, for which it is made. */
function useUntilCompiled(): number {
  let totalMs = 0;
  for (const [type, use] of uses.entries()) {
    const message = messages[type] as Message;
    const bytes = use.encode(message);
    for (const work of [() => use.encode(message), () => use.decode(bytes)]) {
      const before = evaluated;
      let started = 0;
      for (let count = 0; evaluated === before; count++) {
        if (count > MAX_INTERPRETED) throw new Error("no code is made");
        started = performance.now();
        work();
      }
      totalMs += performance.now() - started;
    }
  }
  return totalMs / TYPES;
}

/** As it is in a message, too. */
function nameOf(type: number, field: number): string {
  return `t${type}f${field}`;
}

function createTypes(): DescMessage[] {
  const messageType = Array.from({ length: TYPES }, (_, type) => ({
    name: `Type${type}`,
    field: Array.from({ length: FIELDS }, (__, index) => ({
      // Types that are alike would be compiled once by V8.
      name: nameOf(type, index),
      number: index + 1,
      type: KINDS[index % KINDS.length] ?? INT32,
    })),
  }));
  const file = create(FileDescriptorProtoSchema, { name: "types.proto", syntax: "proto3", messageType });
  const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: [file] }));
  return [...registry].filter((type) => type.kind === "message");
}
