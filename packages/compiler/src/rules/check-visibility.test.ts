import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { findings } from "../testing/index.ts";

/** What is found in a file that uses a type of another, which says this of what it shows. */
function used(type: string, visibility?: string): Promise<readonly string[]> {
  const option = visibility === undefined ? "" : `option features.default_symbol_visibility = ${visibility};`;
  const types = `message Top { message In {} ${visibility === "STRICT" ? "" : "export message Out {}"} } export message Shown {} local message Hidden {}`;
  return findings({
    "a.proto": `edition = "2023"; import "b.proto"; message M { ${type} x = 1; }`,
    "b.proto": `edition = "2024"; ${option} ${types}`,
  });
}

describe("a type of another file", () => {
  test("is seen by default where it is not inside of another", async () => {
    assert.deepEqual(await used("Top"), []);
    assert.deepEqual(await used("Top.In"), ["1 type-local Top.In"]);
  });

  test("is seen as it says itself, whatever the default", async () => {
    for (const visibility of [undefined, "EXPORT_ALL", "LOCAL_ALL", "STRICT"]) {
      assert.deepEqual(await used("Shown", visibility), []);
      assert.deepEqual(await used("Hidden", visibility), ["1 type-local Hidden"]);
    }
    assert.deepEqual(await used("Top.Out"), []);
  });

  test("is seen as the file says", async () => {
    assert.deepEqual(await used("Top.In", "EXPORT_ALL"), []);
    assert.deepEqual(await used("Top", "LOCAL_ALL"), ["1 type-local Top"]);
    assert.deepEqual(await used("Top", "STRICT"), ["1 type-local Top"]);
  });

  test("may be local wherever it is used: in a map, a method or as what is extended", async () => {
    const b = 'edition = "2024"; local message Hidden { extensions 1 to 9; }';
    const uses: readonly (readonly [string, readonly string[]])[] = [
      ["message M { map<int32, Hidden> m = 1; }", ["1 type-local Hidden"]],
      ["service S { rpc R(Hidden) returns (Hidden); }", ["1 type-local Hidden", "1 type-local Hidden"]],
      ["extend Hidden { int32 x = 1; }", ["1 type-local Hidden"]],
    ];
    for (const [use, expected] of uses) {
      const found = await findings({ "a.proto": `edition = "2023"; import "b.proto"; ${use}`, "b.proto": b });
      assert.deepEqual(found, expected, use);
    }
  });

  test("of its own file is seen by all", async () => {
    assert.deepEqual(await findings('edition = "2024"; local message L {} message M { L l = 1; }'), []);
  });
});

describe("an exported type inside of another", () => {
  const strict = 'edition = "2024"; option features.default_symbol_visibility = STRICT;';

  test("is refused where everything is local unless it says otherwise", async () => {
    assert.deepEqual(await findings(`${strict} message M { export message N {} }`), ["1 export-nested N"]);
    assert.deepEqual(await findings('edition = "2024"; message M { export message N {} }'), []);
  });

  test("may be an enum in a message that is a name only", async () => {
    const enumeration = "export enum E { A = 0; }";
    assert.deepEqual(await findings(`${strict} local message M { ${enumeration} reserved 1 to max; }`), []);
    assert.deepEqual(await findings(`${strict} local message M { ${enumeration} }`), ["1 export-nested E"]);
    assert.deepEqual(await findings(`${strict} export message M { ${enumeration} reserved 1 to max; }`), [
      "1 export-nested E",
    ]);
    assert.deepEqual(await findings(`${strict} local message M { ${enumeration} reserved 1 to 9; }`), [
      "1 export-nested E",
    ]);
  });
});
