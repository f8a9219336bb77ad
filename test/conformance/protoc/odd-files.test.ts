import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, test } from "node:test";
import { checkCorpus } from "./check-corpus.ts";
import { compileWithOurs, compileWithProtoc } from "./compiler.ts";
import { printResult } from "./print-result.ts";
import { protocInclude, startProtoc } from "./run-protoc.ts";

/** Files by path, the one to compile first. */
type Files = Readonly<Record<string, string | Uint8Array>>;

const DESCRIPTOR = "google/protobuf/descriptor.proto";
const SHOWN = { files: 1, differencesPerFile: 10 };

/** What of a descriptor.proto every other one needs. */
const UNINTERPRETED = "repeated UninterpretedOption uninterpreted_option = 999;";
const P2 = 'syntax = "proto2";\n';

/** What protoc says of files. It aborts where it finds a text that is no UTF-8 too late: ours is to reject that. */
type Verdict = "accepted" | "rejected" | "aborted";

async function hold(verdict: Verdict, files: Files): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), "gannet-odd-"));
  try {
    for (const [path, contents] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), contents);
    }
    const paths = Object.keys(files).slice(0, 1);
    const corpus = { name: "odd", root, expected: 1, batches: [], rejected: [], shippedImports: true };
    const [said, reasons] = await askProtoc(root, paths);
    assert.equal(said, verdict, reasons);
    if (verdict === "aborted") {
      assert.equal((await compileWithOurs(corpus, paths)).failures.size, 1);
      return;
    }
    const asked = verdict === "accepted" ? { ...corpus, alone: paths } : { ...corpus, rejected: paths };
    const result = await checkCorpus(asked, { theirs: compileWithProtoc, ours: compileWithOurs });
    const lines: string[] = [];
    printResult(result, SHOWN, (line) => lines.push(line));
    assert.equal(result.agreed, 1, lines.join("\n"));
  } finally {
    rmSync(root, { recursive: true });
  }
}

async function askProtoc(root: string, paths: readonly string[]): Promise<[verdict: Verdict, reasons: string]> {
  const run = await startProtoc(["-I.", `-I${protocInclude}`, "--descriptor_set_out=/dev/null", ...paths], root);
  const verdict = run.hasAborted === true ? "aborted" : run.accepted ? "accepted" : "rejected";
  return [verdict, run.messages.join("\n")];
}

function schema(name: string, body: string): string {
  return `message ${name} { extensions 1000 to max; ${body} ${UNINTERPRETED} }\n`;
}

/** A descriptor.proto with `body` in it, and beside that what options cannot do without. */
function descriptor(body: string): string {
  return `${P2}package google.protobuf;
${body}
message UninterpretedOption {
  message NamePart { required string name_part = 1; required bool is_extension = 2; }
  repeated NamePart name = 2;
  optional string identifier_value = 3;
  optional uint64 positive_int_value = 4;
  optional int64 negative_int_value = 5;
  optional double double_value = 6;
  optional bytes string_value = 7;
  optional string aggregate_value = 8;
}`;
}

describe("the compiler agrees with protoc on a descriptor.proto of a schema's own", () => {
  const user = `${P2}import "${DESCRIPTOR}"; option java_package = "a"; option optimize_for = CODE_SIZE;
message M { optional string s = 1 [deprecated = true, json_name = "t"]; enum E { A = 0 [deprecated = true]; } }`;

  test("that is of another package, and so leaves the options to those that protoc was built with", async () => {
    await hold("accepted", { "a.proto": user, [DESCRIPTOR]: descriptor("").replace("google.protobuf", "other") });
    const wrong = user.replace("CODE_SIZE", "TINY");
    await hold("rejected", { "a.proto": wrong, [DESCRIPTOR]: descriptor("").replace("google.protobuf", "other") });
  });

  test("that lacks some of the options messages", async () => {
    const some = descriptor(schema("FileOptions", "optional string java_package = 1;"));
    await hold("rejected", { "a.proto": user, [DESCRIPTOR]: some });
    await hold("accepted", { "a.proto": user.replace(/option opt.*;/, ""), [DESCRIPTOR]: some });
  });

  test("that has something else under the name of one", async () => {
    await hold("accepted", { "a.proto": user, [DESCRIPTOR]: descriptor("enum FileOptions { NONE = 0; }") });
  });

  test("that has a built-in option as another type", async () => {
    const other = descriptor(
      schema("FileOptions", "optional int32 java_package = 1; optional string optimize_for = 9;"),
    );
    const text = `${P2}import "${DESCRIPTOR}"; option java_package = 5; option optimize_for = "x";`;
    await hold("accepted", { "a.proto": text, [DESCRIPTOR]: other });
  });

  test("that has values which a built-in enum does not have", async () => {
    const other = descriptor(
      `enum Mode { SPEED = 1; TINY = 9; BELOW = -5; } ${schema("FileOptions", "optional Mode optimize_for = 9;")}`,
    );
    for (const mode of ["SPEED", "TINY", "BELOW"]) {
      const text = `${P2}import "${DESCRIPTOR}"; option optimize_for = ${mode};`;
      await hold("accepted", { "a.proto": text, [DESCRIPTOR]: other });
    }
  });

  test("that has a message as a text", async () => {
    const other = descriptor(schema("FileOptions", "optional string features = 50;"));
    for (const [features, verdict] of [
      ["", "accepted"],
      ["\\010\\001", "accepted"],
      ["\\010\\143", "accepted"],
      ["junk", "rejected"],
    ] as const) {
      const text = `edition = "2023"; import "${DESCRIPTOR}"; option features = "${features}";`;
      await hold(verdict, { "a.proto": text, [DESCRIPTOR]: other });
    }
  });

  test("that has fields of other types within a message of options", async () => {
    const other = descriptor(`message FeatureSet {
  optional string field_presence = 1;
  repeated int32 enum_type = 2;
  optional FeatureSet message_encoding = 5;
}
${schema("MessageOptions", "optional FeatureSet features = 12;")}
${schema("FieldOptions", "repeated Support edition_defaults = 20; repeated int32 targets = 19 [packed = true]; optional bool packed = 2;")}
message Support { optional bytes edition = 3; optional double value = 2; }`);
    const text = `edition = "2023"; import "${DESCRIPTOR}";
message M {
  option features.field_presence = "x";
  option features.enum_type = 1;
  option features.enum_type = 77;
  option features.message_encoding.enum_type = 3;
  int32 a = 1 [
    edition_defaults = { edition: "a" value: 1.5 }, edition_defaults = {}, targets = 1, targets = 99, targets = 2
  ];
}`;
    await hold("accepted", { "a.proto": text, [DESCRIPTOR]: other });
  });
});

describe("the compiler agrees with protoc on the edition to come", () => {
  const numbers = [
    "int32",
    "int64",
    "uint32",
    "uint64",
    "varint32",
    "varint64",
    "uvarint32",
    "uvarint64",
    "zigzag32",
    "zigzag64",
  ];
  const fields = numbers.map((type, index) => `${type} f${index} = ${index + 1};`).join(" ");
  const text = `edition = "UNSTABLE"; message Numbers { ${fields} map<uvarint32, zigzag64> map = 99; }`;

  test("which protobuf's own files may be written in, and no others", async () => {
    const folders = ["google/protobuf/", "upb/", "com/google/protobuf/", "conformance/test_protos/"];
    for (const path of [...folders.map((folder) => `${folder}a.proto`), "test_messages_edition_unstable.proto"])
      await hold("accepted", { [path]: text });
    for (const path of ["a.proto", "google/a.proto", "conformance/a.proto", "x/upb/a.proto"])
      await hold("rejected", { [path]: text });
    const other = text.replace("UNSTABLE", "99997_TEST_ONLY");
    await hold("rejected", { "a.proto": 'import "upb/a.proto";', "upb/a.proto": other });
  });

  test("of which a file may be that others import", async () => {
    const user = 'syntax = "proto3"; import "b.proto"; message M { Numbers n = 1; }';
    await hold("accepted", { "a.proto": user, "b.proto": text.replace("message", "export message") });
    await hold("rejected", { "a.proto": user, "b.proto": text });
  });

  test("in which numbers have other names", async () => {
    for (const type of ["sint32", "sint64", "fixed32", "fixed64", "sfixed32", "sfixed64"])
      await hold("rejected", { "upb/a.proto": `edition = "UNSTABLE"; message M { ${type} i = 1; }` });
    for (const type of ["varint32", "uvarint64", "zigzag32"])
      await hold("rejected", { "upb/a.proto": `edition = "2024"; message M { ${type} i = 1; }` });
    const defaults = ["int32 a = 1 [default = -5];", "uvarint64 b = 2 [default = 18446744073709551615];"];
    await hold("accepted", { "upb/a.proto": `edition = "UNSTABLE"; message M { ${defaults.join(" ")} }` });
    await hold("rejected", { "upb/a.proto": 'edition = "UNSTABLE"; message M { uint32 a = 1 [default = -5]; }' });
  });
});

describe("the compiler agrees with protoc on values of options", () => {
  test("that are messages with a minus before them", async () => {
    const text = `${P2}import "${DESCRIPTOR}"; message V { optional int32 i = 1; }
extend google.protobuf.FieldOptions { optional V v = 50000; }
message M { optional int32 i = 1 [(v) = - { i: 1 }]; }`;
    await hold("accepted", { "a.proto": text });
    await hold("accepted", {
      "a.proto": `${P2}message M { extensions 5 to 9 [declaration = -{ number: 5 reserved: true }]; }`,
    });
    await hold("rejected", { "a.proto": text.replace("- {", "- - {") });
    await hold("rejected", { "a.proto": text.replace("- {", '- "') });
  });
});

describe("the compiler agrees with protoc on files that are imported", () => {
  test("whose fields have numbers of protobuf's own", async () => {
    const text = `${P2}message M { optional int32 i = 19000; extensions 19500; } extend M { optional int32 e = 19500; }`;
    await hold("rejected", { "a.proto": text });
    await hold("accepted", { "a.proto": `${P2}import "b.proto"; message N { optional M m = 1; }`, "b.proto": text });
  });

  test("whose options are set where they are not meant to be", async () => {
    const text = `${P2}import "${DESCRIPTOR}";
extend google.protobuf.MessageOptions { optional int32 only_for_files = 50000 [targets = TARGET_TYPE_FILE]; }
message M { option (only_for_files) = 1; }`;
    await hold("rejected", { "a.proto": text });
    await hold("accepted", { "a.proto": `${P2}import "b.proto"; message N { optional M m = 1; }`, "b.proto": text });
  });

  test("for options that mark what is to be redacted", async () => {
    const options = (level: string, type: string): string => `edition = "2024"; import "${DESCRIPTOR}";
enum Level { NONE = 0; SECRET = 1 ${level}; }
message Inner { Outer outer = 1; Level level = 2; }
message Outer { Inner inner = 1; }
extend google.protobuf.FieldOptions { ${type} mark = 50001 [debug_redact = true]; }`;
    const redact = "[debug_redact = true]";
    const user = 'edition = "2024"; import option "b.proto"; export message M { string s = 1 [debug_redact = true]; }';
    for (const type of ["Level", "Outer", "Inner"]) {
      await hold("rejected", { "a.proto": user, "b.proto": options(redact, type) });
      await hold("accepted", { "a.proto": user, "b.proto": options("", type) });
      await hold("accepted", { "a.proto": user.replace("option ", ""), "b.proto": options(redact, type) });
    }
    await hold("accepted", { "a.proto": user, "b.proto": options(redact, "string") });
    const top = 'edition = "2024"; import "user.proto"; message N { M m = 1; }';
    await hold("accepted", { "a.proto": top, "user.proto": user, "b.proto": options(redact, "Level") });
  });

  test("with values for messages that lack what is required, before that can be known", async () => {
    const own = descriptor(`${schema("FieldOptions", "repeated Support support = 20;")}
message Support { required int32 a = 1 [support = { b: 1 }]; optional int32 b = 2; }`);
    await hold("accepted", { "a.proto": `${P2}import "${DESCRIPTOR}";`, [DESCRIPTOR]: own });
    const user = `${P2}import "${DESCRIPTOR}"; message M { optional int32 i = 1 [support = { b: 1 }]; }`;
    await hold("rejected", { "a.proto": user, [DESCRIPTOR]: own });
  });
});

describe("the compiler agrees with protoc on names of enum values in JSON", () => {
  const texts: readonly (readonly [verdict: Verdict, text: string])[] = [
    ["accepted", "6"],
    ["accepted", " +6\\n"],
    ["accepted", "006"],
    ["accepted", "6.0"],
    ["accepted", "6x"],
    ["accepted", "0x7"],
    ["accepted", "- 7"],
    ["accepted", ""],
    ["accepted", "2147483648"],
    ["accepted", "-2147483649"],
    ["rejected", "7"],
    ["rejected", "-6"],
    ["rejected", "2147483647"],
    ["rejected", "\\t-2147483648 "],
    ["rejected", "a\\0"],
  ];
  for (const [verdict, text] of texts) {
    test(`such as "${text}": ${verdict}`, async () => {
      const options = 'edition = "2026"; import option "google/protobuf/json_enumvalue_options.proto";';
      const values = `A = 0; B = 6 [(pb.enumvalue.json).string = "${text}"];`;
      await hold(verdict, { "a.proto": `${options} enum E { ${values} }` });
    });
  }
});

describe("the compiler agrees with protoc on names", () => {
  test("in JSON that are one, where the standard ones are as well", async () => {
    const message = (name: string): string =>
      `message M { optional int32 fooBar = 1 [json_name = "x"]; optional int32 foo_bar = 2 [json_name = "${name}"]; }`;
    await hold("rejected", { "a.proto": `${P2}${message("x")}` });
    await hold("accepted", { "a.proto": `${P2}${message("y")}` });
  });

  test("that are reserved, and as long as a name may be or longer", async () => {
    for (const [length, verdict] of [
      [65_535, "accepted"],
      [65_536, "rejected"],
    ] as const) {
      const reserved = `reserved "${"a".repeat(length)}";`;
      await hold(verdict, { "a.proto": `${P2}message M { ${reserved} }` });
      await hold(verdict, { "a.proto": `${P2}enum E { A = 0; ${reserved} }` });
    }
  });
});

/** A text in Latin-1, where `é` is a byte that is no UTF-8. */
function latin(text: string): Uint8Array {
  return Buffer.from(text, "latin1");
}

describe("the compiler agrees with protoc on bytes that are no UTF-8", () => {
  const verdicts: readonly (readonly [where: string, verdict: Verdict, text: string])[] = [
    ["the default of a string", "accepted", `${P2}message M { optional string s = 1 [default = "café"]; }`],
    [
      "the default of a string in editions",
      "accepted",
      'edition = "2023"; message M { string s = 1 [default = "é"]; }',
    ],
    ["the default of bytes", "accepted", `${P2}message M { optional bytes b = 1 [default = "café\\n\\351é"]; }`],
    [
      "a default in pieces",
      "accepted",
      `${P2}message M { optional bytes b = 1 [default = "\\303" "\xa9" '\xc3\\251']; }`,
    ],
    ["an option that is built in", "accepted", 'syntax = "proto3"; option java_package = "café"; message M {}'],
    ["a JSON name", "accepted", 'syntax = "proto3"; message M { string s = 1 [json_name = "café"]; }'],
    ["a reserved name", "accepted", `${P2}message M { reserved "café"; }`],
    ["comments", "accepted", `${P2}// café\n\n/* \xff */ /* é\n * é */\nmessage M { // é \xe2\x82\n} // é`],
    ["columns behind it", "accepted", `${P2}/* é\t */ message M { /* éé */ optional string s = 1 [default = "é\t"]; }`],
    ["an import", "rejected", `${P2}import "café.proto";`],
    ["a name", "rejected", `${P2}message Café {}`],
    ["the default of an enum", "rejected", `${P2}enum E { A = 0; } message M { optional E e = 1 [default = Aé]; }`],
    ["white space", "rejected", `${P2}message M\xa0{}`],
    ["the name of the syntax", "rejected", 'syntax = "proto2é";'],
    [
      "the name in a declaration",
      "rejected",
      `${P2}message M { extensions 4 [declaration = { number: 4 full_name: ".é" type: "int32" }]; }`,
    ],
  ];
  for (const [where, verdict, text] of verdicts) {
    test(`in ${where}: ${verdict}`, async () => await hold(verdict, { "a.proto": latin(text) }));
  }

  const option = (syntax: string, label: string, rest: string): Uint8Array =>
    latin(`${syntax} import "${DESCRIPTOR}"; import "google/protobuf/any.proto";
message O { ${label} string s = 1; ${label} bytes b = 2; repeated string r = 3; }
extend google.protobuf.FileOptions {
  ${label} string text = 50000; ${label} bytes data = 50001; ${label} O o = 50002; ${label} google.protobuf.Any any = 50003;
}
${rest}`);
  const values = {
    data: 'option (data) = "café";',
    literalData: 'option (o) = { b: "café" };',
    dataField: 'option (o).b = "café";',
    text: 'option (text) = "café";',
    literalText: 'option (o) = { s: "café" };',
    list: 'option (o) = { r: ["a", "café"] };',
    textField: 'option (o).s = "café";',
    any: 'option (any) = { [type.googleapis.com/O] { s: "café" } };',
    comment: 'option (o) = { s: "a" /* é */ // é\n };',
    literalComment: 'option (o) = { s: "a" # é\n };',
  };
  const isText = (name: string): boolean => ["text", "literalText", "list", "textField"].includes(name);
  for (const [name, rest] of Object.entries(values)) {
    const common = name === "literalComment" ? "rejected" : "accepted";
    const checked = isText(name) ? "aborted" : common;
    test(`in a custom option, ${rest}: ${common}, and ${checked} where text has to be UTF-8`, async () => {
      await hold(common, { "a.proto": option('syntax = "proto2";', "optional", rest) });
      await hold(checked, { "a.proto": option('syntax = "proto3";', "", rest) });
      await hold(checked, { "a.proto": option('edition = "2023";', "", rest) });
      const unchecked = 'edition = "2023"; option features.utf8_validation = NONE;';
      await hold(common, { "a.proto": option(unchecked, "", rest) });
      const imported = option('syntax = "proto3";', "", rest);
      await hold(common, { "a.proto": `${P2}import "b.proto"; message M { optional O o = 1; }`, "b.proto": imported });
    });
  }
});
