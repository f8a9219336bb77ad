import { throws } from "node:assert/strict";
import { type DescMessage, fromBinary, toBinary } from "@bufbuild/protobuf";
import { DescriptorProtoSchema, FileDescriptorProtoSchema, StructSchema, TypeSchema } from "@bufbuild/protobuf/wkt";
import { compileType } from "../../conformance/codec/compile-type.ts";
import { check, type FuzzTarget } from "../fuzz-target.ts";
import { ByteChoice } from "../hostile/byte-choice.ts";
import { createHostileTypes } from "../hostile/hostile-schema.ts";
import { createHostileValue } from "../hostile/hostile-value.ts";
import { guardPrototypes } from "../hostile/prototypes.ts";
import { runtime } from "../runtime.ts";

const MARGIN = 8;
const FILL = 0xa5;

/** The first byte chooses the type, the others what is given for a message of it. */
export const target: FuzzTarget = {
  summary:
    "whatever is given for a message: bytes that others read, or an error with the field: --executions N [--seed S]",
  folders: ["codec"],
  pieces: [Buffer.from("__proto__"), Buffer.from([1, 1, 1, 1, 1, 1, 1, 1]), Buffer.from([23, 24, 47, 48, 71, 72])],
  seeds: () => [1, 7, 101].map((step) => Uint8Array.from({ length: 120 }, (_, index) => index * step)),
  async prepare() {
    const { createCodec } = await runtime.codec();
    const checkPrototypes = guardPrototypes();
    const schemas: readonly DescMessage[] = [
      ...[DescriptorProtoSchema, FileDescriptorProtoSchema, StructSchema, TypeSchema],
      // All kinds of fields, in all syntaxes, three times.
      ...Array.from({ length: 9 }, (_, index) => typesOf(index)).flat(),
    ];
    for (const schema of schemas) compileType(schema, createCodec);
    const codecs = schemas.map((schema) => createCodec(schema));
    const interpreters = schemas.map((schema) => createCodec(schema, { codecs: "interpreted" }));
    return (input) => {
      const index = (input[0] ?? 0) % schemas.length;
      const [schema, codec, interpreter] = [schemas[index], codecs[index], interpreters[index]];
      if (schema === undefined || codec === undefined || interpreter === undefined) return;
      const value = createHostileValue(schema, new ByteChoice(input.subarray(1))) as never;
      let bytes: Uint8Array;
      let maxBytes: number;
      try {
        maxBytes = codec.maxBytes(value);
        bytes = codec.encode(value);
      } catch (error) {
        // Which field it is, or that it is no message of the type at all.
        const isTold =
          error instanceof TypeError &&
          /: expected .*, got |: is required, and not set$|^expected a message of type /s.test(error.message);
        if (!isTold) throw error;
        const said = error.message;
        throws(() => interpreter.encode(value), { message: said });
        return;
      }
      check(Buffer.compare(interpreter.encode(value), bytes) === 0, "interpreted it is another message");
      // For the message at which code is made, the room has been asked for before that.
      const tight = new Uint8Array(interpreter.maxBytes(value));
      const tightEnd = codec.encodeInto(value, tight, 0);
      check(Buffer.compare(tight.subarray(0, tightEnd), bytes) === 0, "code needs more room than interpreting");
      check(bytes.length <= maxBytes, `${bytes.length} bytes in room for ${maxBytes}`);
      const room = new Uint8Array(maxBytes + 2 * MARGIN).fill(FILL);
      const end = codec.encodeInto(value, room, MARGIN);
      check(Buffer.compare(room.subarray(MARGIN, end), bytes) === 0, "in place are other bytes");
      const isUntouched = room.every((byte, at) => byte === FILL || (at >= MARGIN && at < MARGIN + maxBytes));
      check(isUntouched, "bytes beside the room were written");
      const [theirs, ours] = [toBinary(schema, fromBinary(schema, bytes)), toBinary(schema, codec.decode(bytes))];
      check(
        Buffer.compare(theirs, ours) === 0,
        `others read another message: ${schema.typeName} ${Buffer.from(bytes).toString("hex")}`,
      );
      checkPrototypes();
    };
  },
};

function typesOf(index: number): readonly DescMessage[] {
  const bytes = Uint8Array.from({ length: 100 }, (_, at) =>
    at === 0 ? index : at === 1 ? 2 : at * (index + 5) + (at >> 2),
  );
  return createHostileTypes(new ByteChoice(bytes), false);
}
