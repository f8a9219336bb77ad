import type { DescMessage } from "@bufbuild/protobuf";
import { compileType } from "../../conformance/codec/compile-type.ts";
import { check, type FuzzTarget } from "../fuzz-target.ts";
import { ByteChoice } from "../hostile/byte-choice.ts";
import { createHostileTypes } from "../hostile/hostile-schema.ts";
import { createHostileValue } from "../hostile/hostile-value.ts";
import { guardPrototypes } from "../hostile/prototypes.ts";
import { runtime } from "../runtime.ts";

/** The first half of an input decides on message types, with names that nobody should have; the rest on a message. */
export const target: FuzzTarget = {
  summary: "codecs of descriptors with hostile names: interpreted, made, evaluated: --executions N [--seed S]",
  folders: ["codec"],
  pieces: [Buffer.from("__proto__"), Buffer.from([4, 0x22, 0x5d, 0x3b, 0x2f]), Buffer.from([1, 2, 3, 4, 5, 6, 7, 8])],
  seeds: () => [3, 50, 251].map((step) => Uint8Array.from({ length: 160 }, (_, index) => index * step)),
  async prepare() {
    const { createCodec, DecodeError } = await runtime.codec();
    const checkPrototypes = guardPrototypes();
    /** What comes of a message, and of bytes that are none, mostly. */
    const use = (schema: DescMessage, input: Uint8Array): string => {
      const codec = createCodec(schema);
      check(codec.kind === "compiled", "a codec looks fields up");
      const value = createHostileValue(schema, new ByteChoice(input.subarray(input.length >> 1))) as never;
      let outcome = "";
      try {
        const bytes = codec.encode(value);
        const again = codec.encode(codec.decode(bytes) as never);
        check(Buffer.compare(codec.encode(codec.decode(again) as never), again) === 0, "a message is not what it was");
        outcome = Buffer.from(bytes).toString("latin1");
      } catch (error) {
        if (!(error instanceof TypeError) || !/expected |is required/.test(error.message)) throw error;
        outcome = error.message;
      }
      try {
        codec.decode(input);
      } catch (error) {
        if (!(error instanceof DecodeError)) throw error;
        outcome += `, ${error.path} at byte ${error.offset}`;
      }
      return outcome;
    };
    return (input) => {
      const half = input.length >> 1;
      const [schema] = createHostileTypes(new ByteChoice(input.subarray(0, half)), true);
      if (schema === undefined) return;
      const interpreted = use(schema, input);
      compileType(schema, createCodec);
      const compiled = use(schema, input);
      check(
        compiled === interpreted,
        `interpreted it was ${JSON.stringify(interpreted)}, and is ${JSON.stringify(compiled)}`,
      );
      checkPrototypes();
    };
  },
};
