import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { AnySchema, DescriptorProtoSchema, StringValueSchema, StructSchema } from "@bufbuild/protobuf/wkt";
import type { MessageCodec } from "./create-codec.ts";
import { DecodeError } from "./decode-error.ts";
import { createOutlets } from "./testdata/outlets.ts";

function refuses(codec: { decode(bytes: Uint8Array): unknown }, bytes: Uint8Array, said: RegExp): void {
  assert.throws(
    () => codec.decode(bytes),
    (error) => {
      assert.ok(error instanceof DecodeError, String(error));
      assert.match(error.message, said);
      return true;
    },
  );
}

/** Puts bytes so deep into messages or groups. */
function nest(depth: number, wrap: (inner: Uint8Array) => Uint8Array): Uint8Array {
  let bytes: Uint8Array = new Uint8Array(0);
  for (let level = 0; level < depth; level++) bytes = wrap(bytes);
  return bytes;
}

for (const outlet of createOutlets())
  describe(`bytes that mean harm, ${outlet.kind}`, () => {
    const Text = outlet.codec(StringValueSchema) as MessageCodec<typeof StringValueSchema>;
    const Any = outlet.codec(AnySchema);
    const Descriptor = outlet.codec(DescriptorProtoSchema);

    test("with a varint that goes on are refused after ten bytes", () => {
      for (const length of [10, 11, 100, 100_000]) {
        refuses(Text, Buffer.concat([Buffer.from([0x10]), Buffer.alloc(length, 0x80)]), /varint/);
        refuses(Text, Buffer.alloc(length, 0xff), /varint/);
      }
    });

    for (const [what, hex] of [
      ["1 GB", "8080808004"],
      ["4 GB", "ffffffff0f"],
      ["all of 64 bits", "ffffffffffffffffff01"],
    ] as const) {
      test(`that declare ${what} get no memory`, () => {
        const before = process.memoryUsage();
        for (const tag of ["0a", "12", "1a", "fa01"]) refuses(Any, Buffer.from(tag + hex, "hex"), /length/);
        const after = process.memoryUsage();
        assert.ok(after.arrayBuffers - before.arrayBuffers < 10_000_000);
      });
    }

    test("that are nested 100,000 deep are refused, as messages, groups, and groups that nobody knows", () => {
      const depth = 100_000;
      const groups = Buffer.concat([Buffer.alloc(depth, 0x23), Buffer.alloc(depth, 0x24)]);
      refuses(Text, groups, /nested deeper than 100/);
      refuses(Text, Buffer.alloc(depth, 0x23), /nested deeper than 100/);
      // Messages of type 3 in each other, with lengths that are long enough for all.
      const messages = Buffer.concat(Array.from({ length: depth }, () => Buffer.from([0x1a, 0x80, 0x80, 0x80, 0x01])));
      refuses(Descriptor, messages, /beyond the end|nested deeper/);
      const valid = nest(300, (inner) => {
        return Buffer.concat([Buffer.from([0x1a, (inner.length & 0x7f) | 0x80, inner.length >> 7]), inner]);
      });
      refuses(Descriptor, valid, /nested deeper than 100/);
    });

    for (const [what, hex] of [
      ["an overlong slash", "c0af"],
      ["an overlong NUL", "e08080"],
      ["a surrogate", "eda080"],
      ["more than U+10FFFF", "f4908080"],
      ["a lonely continuation", "80"],
      ["a sequence that is cut off", "f09f98"],
    ] as const) {
      test(`with ${what} in text are refused, however long the text is`, () => {
        for (const length of [0, 10, 40, 100, 2_000]) {
          const text = Buffer.concat([Buffer.alloc(length, "x"), Buffer.from(hex, "hex")]);
          const header =
            text.length < 128 ? [0x0a, text.length] : [0x0a, (text.length & 0x7f) | 0x80, text.length >> 7];
          refuses(Text, Buffer.concat([Buffer.from(header), text]), /UTF-8/);
        }
      });
    }

    test("with lengths that go beyond the message they are in are refused, also within other bytes", () => {
      const codecs = [Text, Any, Descriptor, outlet.codec(StructSchema)];
      const cases = ["0a05", "0a7f61", "0aff7f61"].flatMap((hex) => codecs.map((codec) => [hex, codec] as const));
      // Of a field in a field.
      for (const [hex, codec] of [...cases, ["12030a0461", Descriptor] as const]) {
        const bytes = Buffer.from(hex, "hex");
        const around = Buffer.concat([Buffer.alloc(300, 0x41), bytes, Buffer.alloc(20_000, 0x41)]);
        assert.throws(() => codec.decode(around, 300, 300 + bytes.length), DecodeError);
      }
    });

    test("leave nothing behind in the messages that follow", () => {
      for (const bytes of [Buffer.alloc(200, 0x23), Buffer.from("0a05", "hex"), Buffer.from("0a01ff", "hex")]) {
        assert.throws(() => Text.decode(bytes), DecodeError);
        assert.equal(Text.decode(Text.encode({ value: "after" })).value, "after");
      }
    });
  });
