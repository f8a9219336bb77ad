import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { descriptorOf } from "../testing/index.ts";

/** Lines of a file, each with the locations that start in it: as `path: span`, the order being that of the file. */
type Lines = readonly (readonly [line: string, ...locations: readonly string[]])[];

/** The locations of protoc 36.2. Columns count bytes, and a tab to the next multiple of 8. */
const OLD: Lines = [
  ['syntax = "proto2";', ": 0 0 9 1", "12: 0 0 18"],
  ['import public "google/protobuf/descriptor.proto";', "3.0: 1 0 49", "10.0: 1 7 13"],
  ["message A {", "4.0: 2 0 9 1", "4.0.1: 2 8 9"],
  [
    "\toptional group G = 1 [deprecated = true] { required int32 a = 2; }",
    "4.0.2.0: 3 8 74",
    "4.0.2.0.4: 3 8 16",
    "4.0.2.0.5: 3 17 22",
    "4.0.2.0.1: 3 23 24",
    "4.0.2.0.3: 3 27 28",
    "4.0.2.0.8: 3 29 48",
    "4.0.2.0.8.3: 3 30 47",
    "4.0.3.0: 3 8 74",
    "4.0.3.0.1: 3 23 24",
    "4.0.2.0.6: 3 23 24",
    "4.0.3.0.2.0: 3 51 72",
    "4.0.3.0.2.0.4: 3 51 59",
    "4.0.3.0.2.0.5: 3 60 65",
    "4.0.3.0.2.0.1: 3 66 67",
    "4.0.3.0.2.0.3: 3 70 71",
  ],
  [
    '  /* é */ optional string s = 3 [default = "a" \'b\', json_name = "t"];',
    "4.0.2.1: 4 11 70",
    "4.0.2.1.4: 4 11 19",
    "4.0.2.1.5: 4 20 26",
    "4.0.2.1.1: 4 27 28",
    "4.0.2.1.3: 4 31 32",
    "4.0.2.1.8: 4 33 69",
    "4.0.2.1.7: 4 44 51",
    "4.0.2.1.10: 4 53 68",
    "4.0.2.1.10: 4 65 68",
  ],
  [
    "  extensions 10 to 20, 30 [verification = UNVERIFIED];",
    "4.0.5: 5 2 54",
    "4.0.5.0: 5 13 21",
    "4.0.5.0.1: 5 13 15",
    "4.0.5.0.2: 5 19 21",
    "4.0.5.1: 5 23 25",
    "4.0.5.1.1: 5 23 25",
    "4.0.5.1.2: 5 23 25",
    "4.0.5.0.3: 5 26 53",
    "4.0.5.0.3.3: 5 27 52",
    "4.0.5.1.3: 5 26 53",
    "4.0.5.1.3.3: 5 27 52",
  ],
  [
    '  reserved 40, 50 to 60; reserved "x", "y";',
    "4.0.9: 6 2 24",
    "4.0.9.0: 6 11 13",
    "4.0.9.0.1: 6 11 13",
    "4.0.9.0.2: 6 11 13",
    "4.0.9.1: 6 15 23",
    "4.0.9.1.1: 6 15 17",
    "4.0.9.1.2: 6 21 23",
    "4.0.10: 6 25 43",
    "4.0.10.0: 6 34 37",
    "4.0.10.1: 6 39 42",
  ],
  [
    "  extend google.protobuf.FieldOptions { optional A o = 1000; }",
    "4.0.6: 7 2 62",
    "4.0.6.0: 7 40 60",
    "4.0.6.0.2: 7 9 37",
    "4.0.6.0.4: 7 40 48",
    "4.0.6.0.6: 7 49 50",
    "4.0.6.0.1: 7 51 52",
    "4.0.6.0.3: 7 55 59",
  ],
  [
    "  oneof one { int32 b = 4; }",
    "4.0.8.0: 8 2 28",
    "4.0.8.0.1: 8 8 11",
    "4.0.2.2: 8 14 26",
    "4.0.2.2.5: 8 14 19",
    "4.0.2.2.1: 8 20 21",
    "4.0.2.2.3: 8 24 25",
  ],
  ["}"],
];
const NEW: Lines = [
  ['edition = "2024";', ": 0 0 10 42", "12: 0 0 17"],
  ['import option "google/protobuf/descriptor.proto";', "15.0: 1 0 49"],
  ["local message A {", "4.0: 2 6 6 1", "4.0.1: 2 14 15"],
  ["  map<string, A> m = 1;", "4.0.2.0: 3 2 23", "4.0.2.0.6: 3 2 16", "4.0.2.0.1: 3 17 18", "4.0.2.0.3: 3 21 22"],
  [
    "  repeated A l = 2;",
    "4.0.2.1: 4 2 19",
    "4.0.2.1.4: 4 2 10",
    "4.0.2.1.6: 4 11 12",
    "4.0.2.1.1: 4 13 14",
    "4.0.2.1.3: 4 17 18",
  ],
  [
    "  enum E { option allow_alias = true; E_X = 0; E_Y = 0 [deprecated = true]; reserved -2 to -1; }",
    "4.0.4.0: 5 2 96",
    "4.0.4.0.1: 5 7 8",
    "4.0.4.0.3: 5 11 37",
    "4.0.4.0.3.2: 5 11 37",
    "4.0.4.0.2.0: 5 38 46",
    "4.0.4.0.2.0.1: 5 38 41",
    "4.0.4.0.2.0.2: 5 44 45",
    "4.0.4.0.2.1: 5 47 75",
    "4.0.4.0.2.1.1: 5 47 50",
    "4.0.4.0.2.1.2: 5 53 54",
    "4.0.4.0.2.1.3: 5 55 74",
    "4.0.4.0.2.1.3.1: 5 56 73",
    "4.0.4.0.4: 5 76 94",
    "4.0.4.0.4.0: 5 85 93",
    "4.0.4.0.4.0.1: 5 85 87",
    "4.0.4.0.4.0.2: 5 91 93",
  ],
  ["}"],
  ["service S {", "6.0: 7 0 9 1", "6.0.1: 7 8 9"],
  [
    "  rpc R(stream A) returns (stream .A) { option deprecated = true; option idempotency_level = IDEMPOTENT; }",
    "6.0.2.0: 8 2 106",
    "6.0.2.0.1: 8 6 7",
    "6.0.2.0.5: 8 8 14",
    "6.0.2.0.2: 8 15 16",
    "6.0.2.0.6: 8 27 33",
    "6.0.2.0.3: 8 34 36",
    "6.0.2.0.4: 8 40 65",
    "6.0.2.0.4.33: 8 40 65",
    "6.0.2.0.4: 8 66 104",
    "6.0.2.0.4.34: 8 66 104",
  ],
  ["}"],
  ["option features.field_presence = IMPLICIT;", "8: 10 0 42", "8.50.1: 10 0 42"],
];

async function locationsOf(lines: Lines): Promise<readonly string[]> {
  const { sourceCodeInfo } = await descriptorOf(`${lines.map(([line]) => line).join("\n")}\n`);
  return (sourceCodeInfo?.location ?? []).map(({ path, span }) => `${path.join(".")}: ${span.join(" ")}`);
}

function expected(lines: Lines): readonly string[] {
  return lines.flatMap(([, ...locations]) => locations);
}

describe("source info", () => {
  test("has the locations of protoc, in its order, for a file of proto2", async () => {
    assert.deepEqual(await locationsOf(OLD), expected(OLD));
  });

  test("has the locations of protoc, in its order, for a file of an edition", async () => {
    assert.deepEqual(await locationsOf(NEW), expected(NEW));
  });

  test("covers the tokens of a file, from the first to the last, whatever stands around them", async () => {
    const { sourceCodeInfo } = await descriptorOf('\ufeff// a\n\n  syntax = "proto3";\nmessage A {} // b\n\n');
    assert.deepEqual(sourceCodeInfo?.location[0]?.span, [2, 2, 3, 12]);
  });
});
