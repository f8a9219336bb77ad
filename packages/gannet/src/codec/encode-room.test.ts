import assert from "node:assert/strict";
import { test } from "node:test";
import { BytesValueSchema, DescriptorProtoSchema, EmptySchema, StringValueSchema } from "@bufbuild/protobuf/wkt";
import { createCodec } from "./create-codec.ts";

const Text = createCodec(StringValueSchema);
const Bytes = createCodec(BytesValueSchema);

test("messages that were encoded stay as they are, whatever is encoded behind them", () => {
  const lengths = [0, 1, 100, 600, 1_999, 2_000, 4_000, 30_000, 70_000];
  const values = Array.from({ length: 400 }, (_, index) =>
    new Uint8Array(lengths[index % lengths.length] ?? 0).fill(index),
  );
  const encoded = values.map((value) => Bytes.encode({ value }));
  for (const [index, bytes] of encoded.entries()) {
    assert.equal(Object.getPrototypeOf(bytes), Uint8Array.prototype);
    assert.deepEqual(Bytes.decode(bytes).value, values[index]);
  }
  assert.equal(createCodec(EmptySchema).encode({}).length, 0);
});

test("a getter may encode other messages while its own one is encoded", () => {
  for (const length of [10, 1_000, 20_000]) {
    const inner: Uint8Array[] = [];
    const text = "outer ".repeat(length);
    const message = {
      get name() {
        inner.push(Text.encode({ value: `inner ${inner.length}`.repeat(length) }));
        return text;
      },
    };
    const outer = createCodec(DescriptorProtoSchema).encode(message);
    Text.encode({ value: "behind" });
    assert.equal(createCodec(DescriptorProtoSchema).decode(outer).name, text);
    for (const [index, bytes] of inner.entries())
      assert.equal(Text.decode(bytes).value, `inner ${index}`.repeat(length));
  }
});

test("an error leaves nothing behind in the messages that follow", () => {
  for (const value of ["a", "b".repeat(10_000)]) {
    const bad = { name: value, field: [{ number: "one" }] };
    assert.throws(() => createCodec(DescriptorProtoSchema).encode(bad as never), /number: expected int32, got "one"/);
    assert.equal(Text.decode(Text.encode({ value })).value, value);
  }
});

test("a small message's memory cannot be taken from the others by transferring it to a thread", () => {
  const first = Text.encode({ value: "first ".repeat(20) });
  const second = Text.encode({ value: "second ".repeat(20) });
  // Node 20 leaves it where it is, later ones refuse.
  try {
    structuredClone(first, { transfer: [first.buffer] });
  } catch {}
  assert.equal(Text.decode(second).value, "second ".repeat(20));
});
