import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { findings } from "../testing/index.ts";

const AX = 'declaration = { number: 1, full_name: ".ax", type: "int32" }';

/** What is found where a message has a range with these options, and what follows on the next line. */
function found(options: string, next = ""): Promise<readonly string[]> {
  return findings(`edition = "2023"; message M { extensions 1 to 9 [${options}]; }\n${next}`);
}

/** Whether the range of `found` is refused. */
async function isRefused(options: string): Promise<boolean> {
  const [first, ...others] = await found(options);
  assert.ok(others.length === 0 && (first === undefined || first.startsWith("1 extension-declaration 1 to 9")));
  return first !== undefined;
}

describe("the declarations of a range", () => {
  test("name each number and each extension once", async () => {
    assert.equal(await isRefused(AX), false);
    assert.equal(await isRefused(`${AX}, declaration = { number: 9, full_name: ".bx", type: ".a.B" }`), false);
    assert.equal(await isRefused(`${AX}, declaration = { number: 1, full_name: ".bx", type: "int32" }`), true);
    assert.equal(await isRefused(`${AX}, declaration = { number: 2, full_name: ".ax", type: "int32" }`), true);
  });

  test("name each extension once in all ranges of a message", async () => {
    const second = "extensions 20 [declaration = { number: 20, full_name: '.ax', type: 'int32' }];";
    assert.deepEqual(await findings(`edition = "2023"; message M { extensions 1 [${AX}];\n${second} }`), [
      "2 extension-declaration 20",
    ]);
    assert.deepEqual(
      await findings(`edition = "2023"; message M { extensions 1 [${AX}]; } message N {\n${second} }`),
      [],
    );
  });

  test("are of numbers in it", async () => {
    assert.equal(await isRefused('declaration = { number: 10, full_name: ".ax", type: "int32" }'), true);
    assert.equal(await isRefused('declaration = { full_name: ".ax", type: "int32" }'), true);
  });

  test("have both a name and a type, or neither where a number is only reserved", async () => {
    assert.equal(await isRefused('declaration = { number: 1, full_name: ".ax" }'), true);
    assert.equal(await isRefused('declaration = { number: 1, type: "int32" }'), true);
    assert.equal(await isRefused("declaration = { number: 1 }"), true);
    assert.equal(await isRefused("declaration = { number: 1, reserved: true }"), false);
    assert.equal(await isRefused('declaration = { number: 1, reserved: true, full_name: ".ax" }'), true);
    assert.equal(await isRefused(AX.replace("}", ", reserved: true }")), false);
  });

  test("have full names", async () => {
    for (const name of ["ax", ".a..b", ".a-b", ""]) {
      assert.equal(await isRefused(`declaration = { number: 1, full_name: "${name}", type: "int32" }`), true, name);
      assert.equal(await isRefused(`declaration = { number: 1, full_name: ".ax", type: "${name}" }`), true, name);
    }
    assert.equal(await isRefused('declaration = { number: 1, full_name: ".ax", type: "int33" }'), true);
  });

  test("are not in vain", async () => {
    assert.equal(await isRefused(`verification = UNVERIFIED, ${AX}`), true);
    assert.equal(await isRefused(`verification = DECLARATION, ${AX}`), false);
  });
});

describe("an extension", () => {
  test("is what its declaration says", async () => {
    assert.deepEqual(await found(AX, "extend M { int32 ax = 1; }"), []);
    assert.deepEqual(await found(AX, "extend M { int64 ax = 1; }"), ["2 extension-undeclared int64"]);
    assert.deepEqual(await found(AX, "extend M { int32 bx = 1; }"), ["2 extension-undeclared bx"]);
    assert.deepEqual(await found(AX, "extend M { repeated int32 ax = 1; }"), ["2 extension-undeclared repeated"]);
    const list = AX.replace("}", ", repeated: true }");
    assert.deepEqual(await found(list, "extend M { repeated int32 ax = 1; }"), []);
    assert.deepEqual(await found(list, "extend M { int32 ax = 1; }"), ["2 extension-undeclared int32"]);
  });

  test("is of a message or an enum by its full name", async () => {
    const declared = AX.replace('"int32"', '".E"');
    assert.deepEqual(await found(declared, "extend M { E ax = 1; } enum E { A = 0; }"), []);
    assert.deepEqual(await found(declared, "extend M { M ax = 1; }"), ["2 extension-undeclared M"]);
  });

  test("takes no number that is declared as reserved", async () => {
    const reserved = "declaration = { number: 1, reserved: true }";
    assert.deepEqual(await found(reserved, "extend M { int32 ax = 1; }"), ["2 extension-undeclared 1"]);
  });

  test("is declared where others are, or where that is asked for", async () => {
    assert.deepEqual(await found(AX, "extend M { int32 bx = 2; }"), ["2 extension-undeclared 2"]);
    assert.deepEqual(await found("verification = DECLARATION", "extend M { int32 bx = 2; }"), [
      "2 extension-undeclared 2",
    ]);
    assert.deepEqual(await found("verification = UNVERIFIED", "extend M { int32 bx = 2; }"), []);
  });
});
