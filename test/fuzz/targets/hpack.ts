import { check, type FuzzTarget } from "../fuzz-target.ts";
import { runtime } from "../runtime.ts";
import { headerBlock } from "../wire-pieces.ts";

const TABLE_BYTES = 256;
const MAX_LIST_BYTES = 2_000;
const MAX_FIELDS = 20;

/** Blocks one behind the other, each with its length in a byte before it. What they say is encoded and read back. */
export const target: FuzzTarget = {
  summary: "header blocks of HPACK, and back: --executions N [--seed S]",
  folders: ["http2/hpack"],
  pieces: [
    headerBlock(["x-name", "value"]),
    Buffer.from("828684418cf1e3c2e5f23a6ba0ab90f4ff", "hex"),
    Buffer.from("400a637573746f6d2d6b65790d637573746f6d2d686561646572", "hex"),
    Buffer.from("be", "hex"),
    Buffer.from("3fe101", "hex"),
    Buffer.from("20", "hex"),
    Buffer.from("1f2f04612d6b6579", "hex"),
  ],
  seeds() {
    const block = Buffer.from("828684418cf1e3c2e5f23a6ba0ab90f4ff", "hex");
    const next = Buffer.from("828684be5808 6e6f2d6361636865".replace(" ", ""), "hex");
    return [Buffer.concat([Buffer.from([block.length]), block, Buffer.from([next.length]), next])];
  },
  async prepare() {
    const { HpackDecoder, HpackEncoder, HpackError, HeaderTemplate } = await runtime.hpack();
    const limits = { tableBytes: TABLE_BYTES, maxListBytes: MAX_LIST_BYTES, maxFields: MAX_FIELDS };
    return (input) => {
      const decoder = new HpackDecoder(limits);
      const encoder = new HpackEncoder();
      encoder.setPeerTableBytes(TABLE_BYTES);
      const second = new HpackDecoder(limits);
      for (let at = 0; at < input.length; ) {
        const end = Math.min(input.length, at + 1 + (input[at] ?? 0));
        let list: ReturnType<typeof decoder.decode>;
        try {
          list = decoder.decode(input, at + 1, end);
        } catch (error) {
          if (error instanceof HpackError) return;
          throw error;
        }
        at = end;
        if (list === undefined) continue;
        check(list.size <= MAX_LIST_BYTES && list.fields.length <= MAX_FIELDS, "a list is larger than the limits");
        // No name has a zero that the encoder is given: neither peers nor users get one through.
        const fields = list.fields.map(({ name, value }) => [name.replaceAll("\0", "0"), value] as const);
        const out = new Uint8Array(
          32 + fields.reduce((sum, [name, value]) => sum + HpackEncoder.maxFieldBytes(name, value), 0),
        );
        const start = encoder.writeStart(out, 0);
        const isKept = (input[at] ?? 0) % 2 === 0;
        const written = isKept
          ? new HeaderTemplate(fields).write(encoder, out, start)
          : fields.reduce((offset, [name, value]) => encoder.writeField(out, offset, name, value), start);
        check(written <= out.length, "a block is longer than its bound");
        const again = second.decode(out, 0, written);
        const told = again?.fields.map(({ name, value }) => [name, value]);
        check(
          JSON.stringify(told) === JSON.stringify(fields),
          `${JSON.stringify(fields)} became ${JSON.stringify(told)}`,
        );
      }
    };
  },
};
