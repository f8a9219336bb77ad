import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { compileText, findings } from "../testing/index.ts";

/** Three lines: options that are introduced in 2024, deprecated in 2023 and removed in 2023, one way or the other. */
const OPTIONS = `import "google/protobuf/descriptor.proto";
message M { int32 x = 1 [feature_support = { edition_introduced: EDITION_2024 }]; } enum E { E_A = 0; E_B = 1 [feature_support = { edition_introduced: EDITION_2024 }]; }
extend google.protobuf.FileOptions { int32 late = 1000 [feature_support = { edition_introduced: EDITION_2024 }]; int32 old = 1001 [feature_support = { edition_deprecated: EDITION_2023 deprecation_warning: "use another" }]; int32 gone = 1002 [feature_support = { edition_removed: EDITION_2023 removal_error: "never again" }]; M m = 1003; E e = 1004; }
`;

function found(options: string, first = 'edition = "2023";'): Promise<readonly string[]> {
  return findings(`${first} ${OPTIONS}${options}`);
}

describe("an option of another edition", () => {
  test("is refused before it is introduced", async () => {
    assert.deepEqual(await found("option (late) = 1;"), ["4 option-edition (late)"]);
    assert.deepEqual(await found("option (late) = 1;", 'syntax = "proto3";'), ["4 option-edition (late)"]);
    assert.deepEqual(await found("option (late) = 1;", 'edition = "2024";'), []);
  });

  test("is refused once it is removed, with what its author says of that", async () => {
    const { diagnostics } = await compileText(`edition = "2023"; ${OPTIONS}option (gone) = 1;`);
    assert.deepEqual(
      diagnostics.map(({ id, hint }) => [id, hint]),
      [["option-edition", "never again"]],
    );
    assert.deepEqual(await found("option (gone) = 1;", 'syntax = "proto3";'), []);
  });

  test("is warned of once it is deprecated", async () => {
    assert.deepEqual(await found("option (old) = 1;"), ["4 option-edition? (old)"]);
    assert.deepEqual(await found("option (old) = 1;", 'syntax = "proto3";'), []);
  });

  test("may be a field of one, or a value", async () => {
    assert.deepEqual(await found("option (m).x = 1;"), ["4 option-edition x"]);
    assert.deepEqual(await found("option (m) = { x: 1 };"), ["4 option-edition x"]);
    assert.deepEqual(await found("option (e) = E_B;"), ["4 option-edition E_B"]);
    assert.deepEqual(await found("option (e) = E_A;"), []);
  });

  test("may be one of protobuf's own", async () => {
    assert.deepEqual(await findings('edition = "2024"; option java_multiple_files = true;'), [
      "1 option-edition java_multiple_files",
    ]);
    assert.deepEqual(await findings('syntax = "proto3"; option java_multiple_files = true;'), []);
    const style = "option features.enforce_naming_style = STYLE_LEGACY;";
    assert.deepEqual(await findings(`edition = "2023"; ${style}`), ["1 option-edition enforce_naming_style"]);
    assert.deepEqual(await findings(`edition = "2024"; ${style}`), []);
  });

  test("is not warned of to those who import a file that has it", async () => {
    const files = {
      "a.proto": 'edition = "2023"; import public "b.proto";',
      "b.proto": `edition = "2023"; ${OPTIONS}option (old) = 1;`,
    };
    assert.deepEqual(await findings(files), []);
  });
});

describe("the editions of an option", () => {
  const file = (support: string): string =>
    `edition = "2023";\nmessage A {\n  int32 a = 1 [feature_support = { ${support} }];\n}`;
  const good = [
    "",
    "edition_introduced: EDITION_2023",
    'edition_introduced: EDITION_2023 edition_deprecated: EDITION_2023 deprecation_warning: "w"',
    'edition_deprecated: EDITION_2023 deprecation_warning: "w" edition_removed: EDITION_2024 removal_error: "e"',
    "edition_introduced: EDITION_2023 edition_removed: EDITION_2023",
  ];
  for (const support of good)
    test(`may be {${support}}`, async () => assert.deepEqual(await findings(file(support)), []));

  const bad = [
    "edition_deprecated: EDITION_2023",
    'deprecation_warning: "w"',
    'edition_introduced: EDITION_2024 edition_deprecated: EDITION_2023 deprecation_warning: "w"',
    'edition_deprecated: EDITION_2024 deprecation_warning: "w" edition_removed: EDITION_2024 removal_error: "e"',
    'edition_introduced: EDITION_2024 edition_removed: EDITION_2023 removal_error: "e"',
    "edition_introduced: EDITION_2023 edition_removed: EDITION_2024",
    'removal_error: "e"',
  ];
  for (const support of bad) {
    test(`cannot be {${support}}`, async () => {
      assert.deepEqual(await findings(file(support)), [`3 option-value feature_support = { ${support} }`]);
    });
  }

  test("are checked on enum values, too", async () => {
    const text = 'edition = "2023"; enum E { E_A = 0 [feature_support = { removal_error: "e" }]; }';
    assert.deepEqual(await findings(text), ['1 option-value feature_support = { removal_error: "e" }']);
  });
});

test("an option of a descriptor.proto of one's own has the lifetime that this gives it", async () => {
  const own =
    'syntax = "proto2"; package google.protobuf; message FileOptions { optional bool java_multiple_files = 10; }';
  const user = 'edition = "2024"; import "google/protobuf/descriptor.proto"; option java_multiple_files = true;';
  const found = (descriptor: string): Promise<string[]> =>
    findings({ "a.proto": user, "google/protobuf/descriptor.proto": descriptor });
  assert.deepEqual(await findings(user), ["1 option-edition java_multiple_files"]);
  assert.deepEqual(await found(own), ['1 import-unused? import "google/protobuf/descriptor.proto";']);
});

describe("a feature", () => {
  test("cannot be set to what it is where nothing sets it", async () => {
    const expected = ["1 option-enum-value FIELD_PRESENCE_UNKNOWN"];
    assert.deepEqual(
      await findings('edition = "2023"; option features.field_presence = FIELD_PRESENCE_UNKNOWN;'),
      expected,
    );
    assert.deepEqual(
      await findings('edition = "2023"; option features = { field_presence: FIELD_PRESENCE_UNKNOWN };'),
      expected,
    );
    assert.deepEqual(await findings('edition = "2023"; option features = { field_presence: 0 };'), [
      "1 option-enum-value 0",
    ]);
  });
});
