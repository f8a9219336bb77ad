import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { FileContents } from "../source/index.ts";
import { compile } from "./compile.ts";

const P2 = 'syntax = "proto2";\n';
const P3 = 'syntax = "proto3";\n';
const OPTIONS =
  'import "google/protobuf/descriptor.proto"; message M { repeated M m = 1; int32 i = 2; } extend google.protobuf.FileOptions { M o = 1000; }\n';

/** Enough that what takes time with the square of it would not end. */
const MANY = 20_000;
const LONG = 10_000_000;

interface Outcome {
  /** The ids that are found, without repetitions, in the order in which they first are. */
  readonly ids: readonly string[];
  readonly count: number;
}

async function outcomeOf(
  contents: FileContents,
  others: ReadonlyMap<string, FileContents> = new Map(),
): Promise<Outcome> {
  const read = (path: string): FileContents | undefined => (path === "a.proto" ? contents : others.get(path));
  const { diagnostics } = await compile({ files: ["a.proto"], read });
  return { ids: [...new Set(diagnostics.map(({ id }) => id))], count: diagnostics.length };
}

/** A test that a text ends with these findings, and no more of them than `most`. */
function expectFindings(
  what: string,
  text: () => FileContents,
  ids: readonly string[],
  most = Number.POSITIVE_INFINITY,
): void {
  test(what, async () => {
    const outcome = await outcomeOf(text());
    assert.deepEqual(outcome.ids, ids);
    assert.ok(outcome.count <= most, `${outcome.count} findings`);
  });
}

function lines(count: number, line: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => line(index)).join("\n");
}

/** Field numbers that skip those that protobuf keeps for itself. */
function numbered(index: number): number {
  return index < 18_999 ? index + 1 : index + 1001;
}

describe("nesting of any depth ends with a finding:", () => {
  const deep = (open: string, close: string): string => open.repeat(MANY) + close.repeat(MANY);
  expectFindings("messages", () => P3 + deep("message M {", "}"), ["nesting-too-deep"], 1);
  expectFindings(
    "messages that are not closed",
    () => P3 + "message M {".repeat(MANY),
    ["brace-missing", "nesting-too-deep"],
    32,
  );
  expectFindings("groups", () => `${P2}message M {${deep("optional group G = 1 {", "}")}}`, ["nesting-too-deep"], 1);
  expectFindings(
    "oneofs",
    () => `${P3}message M {${"oneof o {".repeat(MANY)}`,
    ["brace-missing", "oneof-empty", "oneof-content"],
    100,
  );
  expectFindings(
    "messages in an option's value",
    () => `${P3}${OPTIONS}option (o) = ${deep("{ m", "}")};`,
    ["nesting-too-deep"],
    1,
  );
  expectFindings(
    "the same, not closed",
    () => `${P3}${OPTIONS}option (o) = ${"{ m ".repeat(MANY)}`,
    ["brace-missing"],
    1,
  );
  expectFindings(
    "lists in an option's value",
    () => `${P3}${OPTIONS}option (o) = { m: ${"[".repeat(MANY)} };`,
    ["syntax"],
    2,
  );
  expectFindings("angle brackets", () => `${P3}message M { ${"map<".repeat(MANY)} }`, ["syntax"], 2);
  expectFindings("parentheses", () => `${P3}option ${"(".repeat(MANY)};`, ["syntax"], 2);
  expectFindings("braces", () => P3 + "{".repeat(MANY), ["syntax"], 2);
  expectFindings(
    "names of options",
    () => `${P3}${OPTIONS}option (o)${".m".repeat(MANY)}.i = 1;`,
    ["nesting-too-deep"],
    1,
  );
  expectFindings("packages", () => `${P3}package a${".a".repeat(MANY)};`, ["nesting-too-deep"], 1);
});

describe("a token of ten million characters ends with a finding, or is one:", () => {
  const long = (character: string): string => character.repeat(LONG);
  expectFindings("a name", () => `${P3}message ${long("a")} { int32 a = 1; }`, ["name-invalid"], 1);
  expectFindings("a type", () => `${P3}message M { ${long("a")} a = 1; }`, ["type-unknown"], 1);
  expectFindings("a decimal number", () => `${P3}message M { int32 a = ${long("9")}; }`, ["number-range"], 1);
  expectFindings("a hexadecimal number", () => `${P3}message M { int32 a = 0x${long("f")}; }`, ["number-range"], 1);
  expectFindings(
    "a number with a fraction",
    () => `${P2}message M { optional double a = 1 [default = 0.${long("3")}]; }`,
    [],
  );
  expectFindings("a string", () => `${P3}option java_package = "${long("a")}";`, []);
  expectFindings("a string of escapes", () => `${P3}option java_package = "${"\\n".repeat(LONG / 2)}";`, []);
  expectFindings("a comment", () => `${P3}/*${long("*")}*/ message M {}`, []);
  expectFindings("spaces", () => `${P3}${long(" ")}message M {}`, []);
  expectFindings("an import", () => `${P3}import "${long("a")}";`, ["import-not-found"], 1);
});

describe("what is not closed or means nothing is reported once:", () => {
  expectFindings("a comment", () => `${P3}/* ${"a // ".repeat(MANY)}`, ["comment-unterminated"], 1);
  expectFindings("a string", () => `${P3}option java_package = "${"a".repeat(MANY)}`, ["string-unterminated"], 1);
  expectFindings("NULs", () => `${P3}${"\0".repeat(MANY)}`, ["character-invalid"], 1);
  expectFindings(
    "NULs in a string",
    () => `${P3}option java_package = "${"\0".repeat(MANY)}";`,
    ["character-invalid"],
    1,
  );
  expectFindings("bytes of nothing", () => new Uint8Array(MANY), ["character-invalid"], 1);
  expectFindings(
    "halves of surrogate pairs",
    () => `${P3}${"\ud800".repeat(MANY)}`,
    ["character-invalid", "utf8-invalid"],
    2,
  );
  expectFindings("words of no meaning", () => P3 + "word ".repeat(MANY), ["syntax"], 1);
  expectFindings("lines of no meaning", () => P3 + "word\n".repeat(MANY), ["syntax"], 1);
});

describe("a file with very many of a kind is compiled in time:", () => {
  const inMessage = (line: (index: number) => string, syntax = P3): string =>
    `${syntax}message M {\n${lines(MANY, line)}\n}\n`;
  expectFindings("fields", () => inMessage((at) => `int32 f${at} = ${numbered(at)};`), []);
  expectFindings(
    "fields on one line with a tab",
    () => inMessage((at) => `int32 f${at} = ${numbered(at)};`).replaceAll("\n", "\t"),
    [],
  );
  expectFindings("fields with comments", () => inMessage((at) => `// a\nint32 f${at} = ${numbered(at)}; // b\n`), []);
  expectFindings("optional fields", () => inMessage((at) => `optional int32 f${at} = ${numbered(at)};`), []);
  expectFindings("maps", () => inMessage((at) => `map<string, M> f${at} = ${numbered(at)};`), []);
  expectFindings("oneofs", () => inMessage((at) => `oneof o${at} { int32 f${at} = ${numbered(at)}; }`), []);
  expectFindings("fields of one name", () => inMessage((at) => `int32 f = ${numbered(at)};`), ["name-duplicate"]);
  expectFindings("optional fields of one name", () => inMessage((at) => `optional int32 f = ${numbered(at)};`), [
    "name-duplicate",
  ]);
  expectFindings("fields of one number", () => inMessage((at) => `int32 f${at} = 1;`), ["field-number-duplicate"]);
  expectFindings("fields of number 0", () => inMessage((at) => `int32 f${at} = 0;`), ["field-number"]);
  expectFindings(
    "reserved numbers",
    () => inMessage((at) => `reserved ${2 * at + 1}; int32 f${at} = ${2 * at + 100_000};`),
    [],
  );
  expectFindings("one reserved number", () => inMessage(() => "reserved 1;"), ["range-overlap"]);
  expectFindings("reserved names", () => `${P3}message M { reserved ${lines(MANY, (at) => `"f${at}",`)} "f"; }`, []);
  expectFindings(
    "extension ranges",
    () =>
      `${inMessage((at) => `extensions ${2 * at + 100_000};`, P2)}extend M { ${lines(MANY, (at) => `optional int32 f${at} = ${2 * at + 100_000};`)} }`,
    [],
  );
  expectFindings(
    "enum values and defaults",
    () =>
      `${P2}enum E { ${lines(MANY, (at) => `V${at} = ${at};`)} } ${inMessage((at) => `optional E f${at} = ${numbered(at)} [default = V${at}];`, "")}`,
    [],
  );
  expectFindings("enum values of one number", () => `${P3}enum E { ${lines(MANY, (at) => `V${at} = 0;`)} }`, [
    "enum-number-duplicate",
  ]);
  expectFindings(
    "methods",
    () => `${P3}message M {} service S { ${lines(MANY, (at) => `rpc R${at}(M) returns (M);`)} }`,
    [],
  );
  expectFindings("messages", () => P3 + lines(MANY, (at) => `message M${at} {}`), []);
  expectFindings(
    "values in an option",
    () => `${P3}${OPTIONS}option (o) = { m: [${"{ i: 1 },".repeat(MANY)} {}] };`,
    [],
  );
  expectFindings("slips in an option", () => `${P3}${OPTIONS}option (o) = {${"\ni 1".repeat(MANY)} };`, ["syntax"]);
  expectFindings(
    "unknown types among known ones",
    () => `${inMessage((at) => `Bock${at} f${at} = ${numbered(at)};`)}${lines(MANY, (at) => `message Book${at} {}`)}`,
    ["type-unknown"],
  );
  expectFindings(
    "unknown fields in an option",
    () =>
      `${P3}import "google/protobuf/descriptor.proto"; ${inMessage((at) => `int32 field${at} = ${numbered(at)};`, "")} extend google.protobuf.FileOptions { M o = 1000; } option (o) = { ${lines(MANY, (at) => `feild${at}: 1`)} };`,
    ["option-field-unknown"],
  );
});

describe("very many files", () => {
  const COUNT = 10_000;
  const files = (text: (index: number) => string): ReadonlyMap<string, string> =>
    new Map(Array.from({ length: COUNT }, (_, index) => [`${index}.proto`, P3 + text(index)]));
  const next = (index: number, modifier = ""): string =>
    index + 1 < COUNT ? `import ${modifier} "${index + 1}.proto";` : "";

  test("may import each other in a chain", async () => {
    const chain = files((at) => `${next(at)} message M${at} { ${at + 1 < COUNT ? `M${at + 1} m = 1;` : ""} }`);
    assert.deepEqual(await outcomeOf(`${P3}import "0.proto"; message A { M0 m = 1; }`, chain), { ids: [], count: 0 });
  });

  test("may pass on what they import in a chain", async () => {
    const chain = files((at) => `${next(at, "public")} message M${at} {}`);
    assert.deepEqual(await outcomeOf(`${P3}import "0.proto"; message A { M${COUNT - 1} m = 1; }`, chain), {
      ids: [],
      count: 0,
    });
  });

  test("may import each other in a circle, which is reported", async () => {
    const circle = files((at) => `import "${(at + 1) % COUNT}.proto";`);
    assert.deepEqual((await outcomeOf(`${P3}import public "0.proto";`, circle)).ids, ["import-cycle"]);
  });

  test("may be imported by one, in one package", async () => {
    const star = files((at) => `package a.b.c; message M${at} { b.c.M${at} m = 1; }`);
    const text = `${P3}package a.b.c; ${lines(COUNT, (at) => `import public "${at}.proto";`)}`;
    assert.deepEqual(await outcomeOf(text, star), { ids: [], count: 0 });
  });

  test("may be missing", async () => {
    const text = P3 + lines(COUNT, (at) => `import "fiel${at}.proto"; import public "${at}.proto";`);
    assert.deepEqual(
      await outcomeOf(
        text,
        files(() => ""),
      ),
      { ids: ["import-not-found"], count: COUNT },
    );
  });
});
