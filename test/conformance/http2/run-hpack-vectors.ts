import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fetchDebianSource } from "../../interop/program/debian.ts";
import { hpack } from "./internals.ts";
import type { Tally } from "./tally.ts";

const SOURCE = "haskell-http2";
const FOLDER = "test-hpack/hpack-test-case";
const ENCODERS = 11;
const BLOCKS = 36_990;
/** Large enough for what real servers sent. */
const LIMITS = { maxListBytes: 1024 * 1024, maxFields: 10_000 } as const;
const DEFAULT_TABLE_BYTES = 4096;
const BLOCK_BYTES = 256 * 1024;

type Field = readonly [name: string, value: string];

interface Story {
  readonly cases: readonly {
    readonly wire: string;
    readonly headers: readonly Readonly<Record<string, string>>[];
    readonly header_table_size?: number;
  }[];
}

/** Decodes header blocks that eleven encoders made of real traffic, and encodes what they are about, and decodes that. */
export async function runHpackVectors(): Promise<Tally> {
  const root = join(await fetchDebianSource(SOURCE, [FOLDER]), FOLDER);
  const encoders = readdirSync(root);
  let run = 0;
  let passed = 0;
  for (const encoder of encoders) {
    for (const file of readdirSync(join(root, encoder)).filter((name) => name.endsWith(".json"))) {
      const story = JSON.parse(readFileSync(join(root, encoder, file), "utf8")) as Story;
      const problems = readStory(story);
      run += story.cases.length;
      passed += story.cases.length - problems.length;
      for (const problem of problems) console.log(`  FAIL  ${encoder}/${file}: ${problem}`);
    }
  }
  console.log(`  HPACK: ${ENCODERS} encoders expected, ${encoders.length} run`);
  console.log(`  HPACK: ${BLOCKS} blocks expected, ${run} run`);
  const failed = Math.max(BLOCKS, run) - passed + Math.max(0, ENCODERS - encoders.length);
  console.log(`hpack: ${passed} passed, ${failed} failed`);
  return { passed, failed };
}

/** Says what is wrong with each block of a story that is not as it should be. */
function readStory({ cases }: Story): string[] {
  const [first] = cases;
  const tableBytes = Math.max(DEFAULT_TABLE_BYTES, ...cases.map(({ header_table_size: size = 0 }) => size));
  const decoder = new hpack.HpackDecoder({ ...LIMITS, tableBytes: first === undefined ? 0 : tableBytes });
  const encoder = new hpack.HpackEncoder();
  const own = new hpack.HpackDecoder({ ...LIMITS, tableBytes: DEFAULT_TABLE_BYTES });
  return cases.flatMap(({ wire, headers }, index) => {
    const expected = headers.flatMap((field): Field[] => Object.entries(field));
    const block = Buffer.from(wire, "hex");
    try {
      const decoded = fieldsOf(decoder.decode(block, 0, block.length));
      if (!isSame(decoded, expected)) return [`block ${index} is ${JSON.stringify(decoded)}`];
      const encoded = encode(encoder, expected);
      const again = fieldsOf(own.decode(encoded, 0, encoded.length));
      return isSame(again, expected) ? [] : [`block ${index}, encoded by us, is ${JSON.stringify(again)}`];
    } catch (error) {
      return [`block ${index}: ${error}`];
    }
  });
}

function encode(encoder: InstanceType<typeof hpack.HpackEncoder>, fields: readonly Field[]): Uint8Array {
  const out = new Uint8Array(BLOCK_BYTES);
  let at = encoder.writeStart(out, 0);
  for (const [name, value] of fields) at = encoder.writeField(out, at, name, value);
  return out.subarray(0, at);
}

function fieldsOf(list: ReturnType<InstanceType<typeof hpack.HpackDecoder>["decode"]>): Field[] {
  return (list?.fields ?? []).map(({ name, value }): Field => [name, value]);
}

function isSame(actual: readonly Field[], expected: readonly Field[]): boolean {
  // What was UTF-8 in the traffic is a character for each byte here, as HTTP has no text but bytes.
  const bytes = (text: string): string => Buffer.from(text, "utf8").toString("latin1");
  return (
    actual.length === expected.length &&
    expected.every(([name, value], index) => {
      const [actualName, actualValue] = actual[index] ?? [];
      return actualName === name && (actualValue === value || actualValue === bytes(value));
    })
  );
}
