import { create, type DescMessage, type Message } from "@bufbuild/protobuf";
import { BlobSchema, Kind, LargeSchema, MediumSchema, SmallSchema, TextsSchema } from "./shapes_pb.ts";

/** A message that codecs are measured on. */
export interface Sample {
  readonly name: string;
  readonly schema: DescMessage;
  make(): Message;
}

const LARGE_ROWS = 1_000;
const SMALL_TEXTS = 1_000;
const LONG_TEXTS = 100;
const BLOB_BYTES = 1_000_000;
const WORDS = [
  "größe",
  "naïve",
  "日本語のテキスト",
  "Здравствуй, мир",
  "ελληνικά και άλλα",
  "smile 😀 and more text behind it",
] as const;

/** The three shapes, and what is told apart from them. */
export const SAMPLES: readonly Sample[] = [
  { name: "small", schema: SmallSchema, make: () => create(SmallSchema, { id: 42, name: "gannet", active: true }) },
  { name: "medium", schema: MediumSchema, make: makeMedium },
  { name: "large", schema: LargeSchema, make: makeLarge },
  { name: "100 non-ASCII strings", schema: TextsSchema, make: () => textsOf(LONG_TEXTS, wordAt) },
  { name: "1,000 small strings", schema: TextsSchema, make: () => textsOf(SMALL_TEXTS, (index) => `text ${index}`) },
  { name: "1 MB of bytes", schema: BlobSchema, make: () => create(BlobSchema, { data: bytesOf(BLOB_BYTES) }) },
];

/** The sample of this name. */
export function findSample(name: string): Sample {
  const sample = SAMPLES.find((one) => one.name === name);
  if (sample === undefined) throw new Error(`there is no sample ${name}`);
  return sample;
}

/** 20 fields of all kinds, 496 bytes. Integers of 64 bits are safe ones: not every library has others. */
function makeMedium(): Message {
  return create(MediumSchema, {
    a: 123_456,
    b: 1_234_567_890_123n,
    c: 4_000_000_000,
    d: 9_007_199_254_740_991n,
    e: -54_321,
    f: -1_234_567_890n,
    g: 0xdeadbeef,
    h: 1_234_567_890_123_456n,
    i: 1.5,
    j: Math.PI,
    k: true,
    l: "a label of some length",
    m: bytesOf(64),
    kind: Kind.A,
    inner: { key: "inner", value: 7, score: 0.25 },
    tags: ["alpha", "beta", "gamma", "delta", "a longer tag"],
    counts: { one: 1n, two: 2n, many: 1_000_000n },
    inners: [1, 2, 3, 4].map((index) => ({ key: `key ${index}`, value: index * 1_000, score: index / 3 })),
    nums: [1, 2, 3, 100, 200, 300, 10_000, 1_000_000],
    description: "Text as it is found in a record: ".padEnd(151, "a sentence or two, and no more than that. "),
  });
}

/** 1,000 messages in one, 51 KB. */
function makeLarge(): Message {
  const rows = Array.from({ length: LARGE_ROWS }, (_, index) => ({
    x: index * 1.1,
    y: -1 / (index + 7),
    name: `row number ${index}`,
    ts: 1_700_000_000_000_000n + BigInt(index),
    flags: index % 256,
  }));
  return create(LargeSchema, { rows });
}

function textsOf(count: number, textAt: (index: number) => string): Message {
  return create(TextsSchema, { texts: Array.from({ length: count }, (_, index) => textAt(index)) });
}

function wordAt(index: number): string {
  return `${WORDS[index % WORDS.length]} ${index}`;
}

function bytesOf(length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, index) => index * 7);
}
