import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { HpackDecoder } from "./hpack-decoder.ts";
import { HeaderTemplate, HpackEncoder } from "./hpack-encoder.ts";

type Fields = readonly (readonly [string, string])[];

/** An encoder and the decoder at the other end. */
class Pair {
  readonly encoder = new HpackEncoder();
  readonly decoder = new HpackDecoder({ tableBytes: 4096, maxListBytes: 1e6, maxFields: 1000 });

  send(template: HeaderTemplate, extra: Fields = []): { readonly bytes: Buffer; readonly fields: Fields } {
    const extraBytes = extra.reduce((sum, [name, value]) => sum + HpackEncoder.maxFieldBytes(name, value), 0);
    const out = Buffer.alloc(8 + template.maxBytes + extraBytes + 1, 0xaa);
    let at = template.write(this.encoder, out, this.encoder.writeStart(out, 0));
    for (const [name, value] of extra) at = this.encoder.writeField(out, at, name, value);
    assert.ok(at < out.length, "the bounds hold");
    const list = this.decoder.decode(out, 0, at);
    return { bytes: out.subarray(0, at), fields: list?.fields.map(({ name, value }) => [name, value] as const) ?? [] };
  }
}

describe("a template", () => {
  const fields: Fields = [
    [":method", "POST"],
    [":path", "/bench.Echo/Unary"],
    ["te", "trailers"],
  ];

  test("is a byte for each field once it has been sent", () => {
    const pair = new Pair();
    const template = new HeaderTemplate(fields);
    assert.deepEqual(pair.send(template).fields, fields);
    for (let turn = 0; turn < 3; turn++) {
      const { bytes, fields: seen } = pair.send(template);
      assert.deepEqual([bytes.length, seen], [3, fields]);
    }
  });

  test("is right whatever other templates have put into the table", () => {
    const template = fc.record({
      name: fc.constantFrom("a", "b", "x-long-name"),
      value: fc.string({ unit: "binary-ascii", maxLength: 700 }),
    });
    fc.assert(
      fc.property(
        fc.array(template, { minLength: 1, maxLength: 12 }),
        fc.array(fc.nat(11), { maxLength: 60 }),
        (all, order) => {
          const pair = new Pair();
          const templates = all.map(
            ({ name, value }) =>
              new HeaderTemplate([
                [name, value],
                [":status", "200"],
                ["k", name],
              ]),
          );
          for (const [turn, index] of order.entries()) {
            const one = templates[index % templates.length];
            if (one === undefined) continue;
            if (turn % 7 === 3) pair.encoder.setPeerTableBytes([0, 4096, 50, 1000][turn % 4] ?? 0);
            assert.deepEqual(pair.send(one, [["extra", String(turn)]]).fields, [
              ...one.fields,
              ["extra", String(turn)],
            ]);
          }
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe("the size of the table", () => {
  const template = new HeaderTemplate([["a", "b"]]);

  test("is told to the peer at the start of the next block, the smallest first (§4.2)", () => {
    const pair = new Pair();
    pair.send(template);
    pair.encoder.setPeerTableBytes(0);
    pair.encoder.setPeerTableBytes(100);
    const { bytes, fields } = pair.send(template);
    assert.deepEqual([bytes.subarray(0, 3).toString("hex"), fields], ["203f45", [["a", "b"]]]);
    assert.equal(pair.send(template).bytes.length, 1);
  });

  test("never grows over 4096, and of that nothing is said", () => {
    const pair = new Pair();
    pair.encoder.setPeerTableBytes(0xffffffff);
    assert.equal(pair.send(template).bytes[0], 0x40);
  });

  test("of 0 keeps nothing", () => {
    const pair = new Pair();
    pair.encoder.setPeerTableBytes(0);
    const blocks = [pair.send(template), pair.send(template), pair.send(template)];
    assert.deepEqual(
      blocks.map(({ fields }) => fields),
      [[["a", "b"]], [["a", "b"]], [["a", "b"]]],
    );
  });
});

describe("what must not be guessed (§7.1.3)", () => {
  for (const name of ["authorization", "cookie", "set-cookie", "proxy-authorization"]) {
    test(`${name} is never indexed, and in no table`, () => {
      const pair = new Pair();
      const secret = new HeaderTemplate([[name, "secret"]]);
      for (const { bytes } of [
        pair.send(secret),
        pair.send(secret),
        pair.send(new HeaderTemplate([]), [[name, "secret"]]),
      ]) {
        assert.equal((bytes[0] ?? 0) & 0xf0, 0x10);
        assert.ok(bytes.includes("secret"));
      }
    });
  }
});

test("single fields insert nothing", () => {
  const pair = new Pair();
  const empty = new HeaderTemplate([]);
  const extra: Fields = [
    ["grpc-timeout", "99m"],
    ["x-Ünicode", "\u00ff\u0000"],
    ["", ""],
    [":path", "/x".repeat(5000)],
  ];
  const first = pair.send(empty, extra);
  assert.deepEqual(first.fields, extra);
  assert.deepEqual(pair.send(empty, extra).bytes, first.bytes);
});
