import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { HpackDecoder } from "./hpack-decoder.ts";
import { HpackError } from "./hpack-error.ts";

type Fields = readonly (readonly [string, string])[];

const LIMITS = { tableBytes: 4096, maxListBytes: 16_384, maxFields: 100 };

function decode(decoder: HpackDecoder, hex: string): Fields | undefined {
  const bytes = Buffer.from(hex.replaceAll(" ", ""), "hex");
  return decoder.decode(bytes, 0, bytes.length)?.fields.map(({ name, value }) => [name, value] as const);
}

const request1: Fields = [
  [":method", "GET"],
  [":scheme", "http"],
  [":path", "/"],
  [":authority", "www.example.com"],
];
const request2: Fields = [...request1, ["cache-control", "no-cache"]];
const request3: Fields = [
  [":method", "GET"],
  [":scheme", "https"],
  [":path", "/index.html"],
  [":authority", "www.example.com"],
  ["custom-key", "custom-value"],
];
const response1: Fields = [
  [":status", "302"],
  ["cache-control", "private"],
  ["date", "Mon, 21 Oct 2013 20:13:21 GMT"],
  ["location", "https://www.example.com"],
];
const response2: Fields = [[":status", "307"], ...response1.slice(1)];
const response3: Fields = [
  [":status", "200"],
  ["cache-control", "private"],
  ["date", "Mon, 21 Oct 2013 20:13:22 GMT"],
  ["location", "https://www.example.com"],
  ["content-encoding", "gzip"],
  ["set-cookie", "foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1"],
];

describe("the examples of RFC 7541 Appendix C", () => {
  for (const [section, hex, fields] of [
    ["C.2.1", "400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572", [["custom-key", "custom-header"]]],
    ["C.2.2", "040c 2f73 616d 706c 652f 7061 7468", [[":path", "/sample/path"]]],
    ["C.2.3", "1008 7061 7373 776f 7264 0673 6563 7265 74", [["password", "secret"]]],
    ["C.2.4", "82", [[":method", "GET"]]],
  ] as const) {
    test(section, () => assert.deepEqual(decode(new HpackDecoder(LIMITS), hex), fields));
  }

  for (const [section, tableBytes, blocks] of [
    [
      "C.3, requests without Huffman",
      4096,
      [
        ["8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d", request1],
        ["8286 84be 5808 6e6f 2d63 6163 6865", request2],
        ["8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65", request3],
      ],
    ],
    [
      "C.4, requests with Huffman",
      4096,
      [
        ["8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff", request1],
        ["8286 84be 5886 a8eb 1064 9cbf", request2],
        ["8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf", request3],
      ],
    ],
    [
      "C.5, responses without Huffman, with eviction",
      256,
      [
        [
          `4803 3330 3258 0770 7269 7661 7465 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3120 474d
           546e 1768 7474 7073 3a2f 2f77 7777 2e65 7861 6d70 6c65 2e63 6f6d`,
          response1,
        ],
        ["4803 3330 37c1 c0bf", response2],
        [
          `88c1 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3220 474d 54c0 5a04 677a 6970 7738 666f
           6f3d 4153 444a 4b48 514b 425a 584f 5157 454f 5049 5541 5851 5745 4f49 553b 206d 6178 2d61 6765 3d33 3630 303b
           2076 6572 7369 6f6e 3d31`,
          response3,
        ],
      ],
    ],
    [
      "C.6, responses with Huffman, with eviction",
      256,
      [
        [
          `4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6 2d1b ff6e 919d 29ad 1718 63c7
           8f0b 97c8 e9ae 82ae 43d3`,
          response1,
        ],
        ["4883 640e ffc1 c0bf", response2],
        [
          `88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab 77ad 94e7 821d d7f2 e6c7 b335
           dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f 9587 3160 65c0 03ed 4ee5 b106 3d50 07`,
          response3,
        ],
      ],
    ],
  ] as const) {
    test(section, () => {
      const decoder = new HpackDecoder({ ...LIMITS, tableBytes });
      for (const [hex, fields] of blocks) assert.deepEqual(decode(decoder, hex.replaceAll(/\s/g, "")), fields);
    });
  }
});

describe("integers", () => {
  test("of several bytes are read (C.1)", () => {
    // A name of 127 + 10 bytes: 7f 0a.
    const name = "a".repeat(137);
    assert.deepEqual(decode(new HpackDecoder(LIMITS), `007f0a${Buffer.from(name).toString("hex")}00`), [[name, ""]]);
  });

  for (const [name, hex] of [
    ["larger than any use", "ffffffffffff0f"],
    ["with zeroes that go on for ever", "ff80808080808000"],
    ["that the block ends in", "ff80"],
    ["that the block ends before", "ff"],
  ] as const) {
    test(`${name} are refused`, () => assert.throws(() => decode(new HpackDecoder(LIMITS), hex), HpackError));
  }
});

describe("strings", () => {
  for (const [name, hex] of [
    ["longer than the block", "0002 61"],
    ["of a declared length beyond all bounds", "007f ffff ff7f"],
    ["that are not there", "00"],
    ["whose value is not there", "0001 61"],
    ["of Huffman that ends wrongly", "0081 18 00"],
  ] as const) {
    test(`${name} are refused`, () => assert.throws(() => decode(new HpackDecoder(LIMITS), hex), HpackError));
  }
});

describe("the table", () => {
  const inserted = (name: string, value: string): string => {
    const hex = (text: string): string => text.length.toString(16).padStart(2, "0") + Buffer.from(text).toString("hex");
    return `40${hex(name)}${hex(value)}`;
  };

  test("drops the oldest entries to make room (§4.4)", () => {
    const decoder = new HpackDecoder({ ...LIMITS, tableBytes: 102 });
    for (const name of ["a", "b", "c", "d"]) decode(decoder, inserted(name, "1"));
    assert.deepEqual(decode(decoder, "bebfc0"), [
      ["d", "1"],
      ["c", "1"],
      ["b", "1"],
    ]);
    assert.throws(() => decode(decoder, "c1"), HpackError);
  });

  test("is emptied by an entry that is larger than it (§4.4)", () => {
    const decoder = new HpackDecoder({ ...LIMITS, tableBytes: 100 });
    decode(decoder, inserted("a", "1"));
    assert.deepEqual(decode(decoder, inserted("b", "1".repeat(80))), [["b", "1".repeat(80)]]);
    assert.throws(() => decode(decoder, "be"), HpackError);
  });

  test("may name an entry that the insertion drops (§4.4)", () => {
    const decoder = new HpackDecoder({ ...LIMITS, tableBytes: 34 });
    decode(decoder, inserted("a", "1"));
    assert.deepEqual(decode(decoder, "7e 0132"), [["a", "2"]]);
    assert.deepEqual(decode(decoder, "be"), [["a", "2"]]);
  });

  test("holds more entries than it started with, in their order", () => {
    const decoder = new HpackDecoder(LIMITS);
    for (let turn = 0; turn < 300; turn++) decode(decoder, inserted("n", String(turn % 10)));
    const all = decode(decoder, Array.from({ length: 60 }, (_, index) => (0x80 | (62 + index)).toString(16)).join(""));
    assert.deepEqual(
      all?.map(([, value]) => value),
      Array.from({ length: 60 }, (_, index) => String((299 - index) % 10)),
    );
  });

  test("changes its size at the start of a block only, and within what was allowed (§4.2, §6.3)", () => {
    const decoder = new HpackDecoder(LIMITS);
    decode(decoder, inserted("a", "1"));
    assert.deepEqual(decode(decoder, "20 3fe11f 82"), [[":method", "GET"]]);
    assert.throws(() => decode(decoder, "be"), HpackError, "a table of size 0 has lost its entries");
    assert.throws(() => decode(new HpackDecoder(LIMITS), "82 20"), HpackError);
    assert.throws(() => decode(new HpackDecoder(LIMITS), "3fe21f"), HpackError);
  });

  test("refuses index 0 and those beyond its end (§2.3.3)", () => {
    for (const hex of ["80", "be", "7e00", "ff00"])
      assert.throws(() => decode(new HpackDecoder(LIMITS), hex), HpackError);
  });
});

describe("limits", () => {
  test("a list over them is none, and its insertions hold all the same", () => {
    const decoder = new HpackDecoder({ ...LIMITS, maxListBytes: 100 });
    assert.equal(decode(decoder, "4001 6101 62".repeat(3)), undefined);
    assert.deepEqual(decode(decoder, "bf"), [["a", "b"]]);
    assert.equal(decode(new HpackDecoder({ ...LIMITS, maxFields: 2 }), "828282"), undefined);
    assert.equal(decode(new HpackDecoder({ ...LIMITS, maxFields: 3 }), "828282")?.length, 3);
  });

  test("a block of thousands of references to a large entry is dropped as it is decoded", () => {
    const decoder = new HpackDecoder(LIMITS);
    decode(decoder, `4001 617f 810f${"62".repeat(2048)}`);
    assert.equal(decode(decoder, "be".repeat(16_000)), undefined);
  });
});

describe("blocks that come again", () => {
  const bytesOf = (hex: string): Buffer => Buffer.from(hex, "hex");
  const list = (decoder: HpackDecoder, hex: string): unknown => decoder.decode(bytesOf(hex), 0, hex.length / 2);

  test("give the same list, wherever they stand", () => {
    const decoder = new HpackDecoder(LIMITS);
    const first = decoder.decode(bytesOf("828684"), 0, 3);
    assert.equal(decoder.decode(bytesOf("0000828684ff"), 2, 5), first);
    assert.notEqual(decoder.decode(bytesOf("828687"), 0, 3), first);
  });

  test("give another list once the table has changed", () => {
    const decoder = new HpackDecoder(LIMITS);
    decode(decoder, "400161 0162");
    assert.deepEqual(decode(decoder, "be"), [["a", "b"]]);
    assert.deepEqual(decode(decoder, "be"), [["a", "b"]]);
    decode(decoder, "400163 0164");
    assert.deepEqual(decode(decoder, "be"), [["c", "d"]]);
    decode(decoder, "20 3fe11f");
    assert.throws(() => decode(decoder, "be"), HpackError);
  });

  test("are not kept where they insert or change the table's size", () => {
    const decoder = new HpackDecoder(LIMITS);
    for (let turn = 0; turn < 3; turn++) decode(decoder, "400161 0162");
    assert.deepEqual(decode(decoder, "c0"), [["a", "b"]], "three entries");
    assert.notEqual(list(decoder, "3fe11f82"), list(decoder, "3fe11f82"));
  });

  test("are looked for seldom while none comes again, and found soon after", () => {
    const decoder = new HpackDecoder(LIMITS);
    const unique = (turn: number): string =>
      `0001610431${turn
        .toString()
        .padStart(3, "0")
        .split("")
        .map((digit) => `3${digit}`)
        .join("")}`;
    for (let turn = 0; turn < 500; turn++) {
      assert.deepEqual(decode(decoder, unique(turn)), [["a", `1${turn.toString().padStart(3, "0")}`]]);
    }
    const lists = Array.from({ length: 40 }, () => list(decoder, "828684"));
    assert.equal(lists.at(-1), lists.at(-2));
  });

  test("are not mixed up with a buffer that is used again", () => {
    const decoder = new HpackDecoder(LIMITS);
    const bytes = bytesOf("828684");
    decoder.decode(bytes, 0, 3);
    bytes.set([0x83, 0x87, 0x85]);
    assert.deepEqual(
      decoder.decode(bytes, 0, 3)?.fields.map(({ value }) => value),
      ["POST", "https", "/index.html"],
    );
    assert.equal(list(decoder, "828684"), list(decoder, "828684"));
  });
});
