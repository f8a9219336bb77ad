import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { findings } from "../testing/index.ts";

/**
 * What is found in a file with a slip in its third line, which stands between two good messages. Behind it are two more
 * slips that have to be found whatever comes before them: they are checked and left out.
 */
async function around(slip: string): Promise<readonly string[]> {
  const text = `syntax = "proto3";
message Before {}
${slip}
message After { Before a = 1; }
message Last { Before b = 1; After c = 2; Unknown d = 3; int32 e = 3; }
`;
  const found = await findings(text);
  assert.deepEqual(
    found.slice(-2),
    ["5 type-unknown Unknown", "5 field-number-duplicate 3"],
    "what is behind the slip is lost",
  );
  return found.slice(0, -2);
}

/** The same for a slip in the third line of a message, between two good fields. */
async function within(slip: string): Promise<readonly string[]> {
  const text = `syntax = "proto3";
message Book { int32 before = 1;
${slip}
  Author after = 2; int32 again = 2;
}
message Author { Unknown a = 1; }
`;
  const found = await findings(text);
  assert.deepEqual(
    found.slice(-2),
    ["4 field-number-duplicate 2", "6 type-unknown Unknown"],
    "what is behind the slip is lost",
  );
  return found.slice(0, -2);
}

describe("a slip at the top of a file is found alone", () => {
  const slips: readonly (readonly [slip: string, ...found: readonly string[]])[] = [
    ["messsage Slip { int32 a = 1; }", "3 syntax messsage"],
    ["message Slip", "3 brace-missing"],
    ["message Slip;", "3 syntax ;"],
    ["message Slip { int32 a = 1;", "3 brace-missing {"],
    ["enum Slip { A = 0; B; }", "3 enum-number-missing B"],
    ["enum Slip { A = 0; B = 1; ", "3 brace-missing {"],
    ["service Slip { rpc A(Before) returns (After) }", "3 semicolon-missing"],
    ["service Slip { rpc A Before returns (After); }", "3 syntax Before"],
    ["service Slip { rpc A(Before) returns stream (After); }", "3 stream-place stream"],
    ["service Slip { rpc (Before) returns (After); }", "3 syntax ("],
    ["service Slip { A(Before) returns (After); }", "3 syntax A"],
    ["option java_package = com.library;", "3 string-unquoted com.library"],
    ["option java_package;", "3 syntax ;"],
    ['option java_package = "a"', "3 semicolon-missing"],
    ["}", "3 brace-unmatched }"],
    ["library;", "3 syntax library"],
    ["# a comment", "3 comment-hash # a comment"],
    ["string title = 1;", "3 syntax string"],
    ['syntax = "proto2";', "3 syntax-not-first syntax"],
  ];
  for (const [slip, ...expected] of slips) test(slip, async () => assert.deepEqual(await around(slip), expected));
});

describe("a slip in a message is found alone", () => {
  const slips: readonly (readonly [slip: string, ...found: readonly string[]])[] = [
    ["int32 a = 3", "3 semicolon-missing"],
    ["int32 a = 3,", "3 semicolon-missing ,"],
    ["int32 a 3;", "3 equals-missing 3"],
    ["int32 a: 3;", "3 equals-missing :"],
    ["int32 a;", "3 field-number-missing a"],
    ["int32 a = ;", "3 field-number-missing ="],
    ['int32 a = "3";', '3 field-number-missing "3"'],
    ["int32 a, b = 3;", "3 equals-missing ,"],
    ["int32 = 3;", "3 syntax ="],
    ["a = 3;", "3 syntax ="],
    ["int32 a-b = 3;", "3 name-invalid a-b"],
    ["int32 2a = 3;", "3 name-invalid 2a"],
    ["int32 a = 3 [deprecated = true;", "3 syntax ;"],
    ["int32 a = 3 [deprecated = ];", "3 syntax ]"],
    ["int32 a = 3 [deprecated = true, ];", "3 syntax ]"],
    ["int32 a = 3];", "3 syntax ]"],
    ["repeated repeated int32 a = 3;", "3 label-duplicate repeated"],
    ["int32[] a = 3;", "3 list-syntax int32[]"],
    ["list<int32> a = 3;", "3 list-syntax list<int32>"],
    ["int32 a[] = 3;", "3 list-syntax a[]"],
    ["map<string> a = 3;", "3 type-arguments map<string>"],
    ["map<string, int32 a = 3;", "3 syntax a"],
    ["a: int32 = 3;", "3 type-first :"],
    ["oneof a { int32 b = 3 }", "3 semicolon-missing"],
    ["oneof a { oneof b { int32 c = 3; } }", "3 oneof-content oneof"],
    ["reserved 4 5;", "3 syntax 5"],
    ["reserved 4-5;", "3 syntax -"],
    ["int32 a = 3 @;", "3 syntax @"],
    ["rpc A(Book) returns (Book);", "3 rpc-outside-service rpc"],
  ];
  for (const [slip, ...expected] of slips) test(slip, async () => assert.deepEqual(await within(slip), expected));
});

describe("slips in one file", () => {
  test("are all found, each once, in the order of the text", async () => {
    const text = `syntax = "proto3"
import "nowhere.proto";
message Book {
  string title = ;
  int pages = 2;
  repeated string tags = 2
  map<double, string> notes = 3;
  string isbn 4;
}
enum Genre { NOVEL = 1; }
service Library {
  rpc Borrow(Book) returns Loan;
}
message Loan { string note = 0; }
`;
    assert.deepEqual(await findings(text), [
      "1 semicolon-missing",
      '2 import-not-found "nowhere.proto"',
      "4 field-number-missing =",
      "5 type-unknown int",
      "6 field-number-duplicate 2",
      "6 semicolon-missing",
      "7 map-key double",
      "8 equals-missing 4",
      "10 enum-first-zero 1",
      "12 syntax Loan",
      "14 field-number 0",
    ]);
  });

  test("do not make others of a name whose definition could not be read", async () => {
    const text = 'syntax = "proto3";\nmessage 1 { int32 a = 1; }\nmessage Book { Author author = 1; }\n';
    assert.deepEqual(await findings(text), ["2 syntax 1"]);
  });
});

describe("a brace that is missing", () => {
  test("ends a message where a service follows, which cannot stand in one", async () => {
    const text =
      'syntax = "proto3";\nmessage Book {\n  int32 pages = 1;\n\nservice Library {\n  rpc Find(Book) returns (Nothing);\n}\n';
    assert.deepEqual(await findings(text), ["2 brace-missing {", "6 type-unknown Nothing"]);
  });

  test("ends an enum where a message follows, which cannot stand in one", async () => {
    const text =
      'syntax = "proto3";\nenum Genre {\n  NOVEL = 0;\n\nmessage Book {\n  Genre genre = 1;\n  Nothing a = 2;\n}\n';
    assert.deepEqual(await findings(text), ["2 brace-missing {", "7 type-unknown Nothing"]);
  });

  test("is seen by the indentation of what follows, where it opens a message", async () => {
    const text =
      'syntax = "proto3";\nmessage Book\n  int32 pages = 1;\n  Nothing a = 2;\n}\nmessage Empty\nmessage Last { Book a = 1; Empty b = 2; }\n';
    assert.deepEqual(await findings(text), ["2 brace-missing", "4 type-unknown Nothing", "6 brace-missing"]);
  });
});

describe("a brace too many", () => {
  test("is found once, at the first field that it leaves outside", async () => {
    const text = `syntax = "proto3";
message Book {
  int32 pages = 1; }
  string title = 2;
  Author author = 3;
  repeated string tags = 4;
}
message Author { Unknown a = 1; }
`;
    assert.deepEqual(await findings(text), ["4 syntax string", "8 type-unknown Unknown"]);
  });
});
