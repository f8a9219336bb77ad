import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { descriptorOf, findings } from "../testing/index.ts";

function fileWith(type: string, value: string): string {
  return `syntax = "proto2";\nenum E { A = 0; B = 1; }\nmessage M {}\nmessage N {\n  optional ${type} a = 1 [default = ${value}];\n}\n`;
}

async function defaultOf(type: string, value: string): Promise<string | undefined> {
  const [, message] = (await descriptorOf(fileWith(type, value))).messageType;
  const field = message?.field[0];
  assert.ok(field !== undefined && Object.hasOwn(field, "defaultValue"));
  return field.defaultValue;
}

describe("a default in a descriptor", () => {
  const defaults: readonly (readonly [type: string, value: string, text: string])[] = [
    ["int32", "42", "42"],
    ["int32", "-42", "-42"],
    ["int32", "0x2a", "42"],
    ["int32", "-0X2A", "-42"],
    ["int32", "052", "42"],
    ["int32", "2147483647", "2147483647"],
    ["int32", "-2147483648", "-2147483648"],
    ["int32", "-0", "0"],
    ["sint64", "-9223372036854775808", "-9223372036854775808"],
    ["uint64", "18446744073709551615", "18446744073709551615"],
    ["fixed32", "0xffffffff", "4294967295"],
    ["double", "1", "1"],
    ["double", "1.50", "1.5"],
    ["double", "-0", "-0"],
    ["double", "1e3", "1000"],
    ["double", "inf", "inf"],
    ["double", "-inf", "-inf"],
    ["double", "nan", "nan"],
    ["double", "18446744073709551616", "1.8446744073709552e+19"],
    ["float", "0.1", "0.1"],
    ["float", "1e39", "inf"],
    ["bool", "true", "true"],
    ["bool", "false", "false"],
    ["string", '"a\\tb\\"" \'c\'', 'a\tb"c'],
    ["string", '""', ""],
    ["bytes", '"a b\\t\\"\\\'\\\\\\n\\r\\0\\177\\377é"', "a b\\t\\\"\\'\\\\\\n\\r\\000\\177\\377\\303\\251"],
    ["E", "B", "B"],
  ];
  for (const [type, value, text] of defaults) {
    test(`of type ${type} is ${JSON.stringify(text)} for ${value}`, async () =>
      assert.equal(await defaultOf(type, value), text));
  }

  const misfits: readonly (readonly [type: string, value: string, found: string])[] = [
    ["int32", "2147483648", "number-range 2147483648"],
    ["int32", "-2147483649", "number-range -2147483649"],
    ["uint32", "4294967296", "number-range 4294967296"],
    ["uint32", "-1", "number-range -1"],
    ["uint32", "-0", "number-range -0"],
    ["int64", "9223372036854775808", "number-range 9223372036854775808"],
    ["int32", "1.0", "default-type 1.0"],
    ["int32", '"1"', 'default-type "1"'],
    ["int32", "one", "default-type one"],
    ["bool", "1", "default-type 1"],
    ["bool", "TRUE", "default-type TRUE"],
    ["double", "Inf", "default-type Inf"],
    ["double", '"1"', 'default-type "1"'],
    ["string", "a", "default-type a"],
    ["string", "1", "default-type 1"],
    ["bytes", "1", "default-type 1"],
    ["E", "C", "default-enum C"],
    ["E", "1", "default-enum 1"],
    ["E", '"A"', 'default-enum "A"'],
    ["M", "A", "default-type default = A"],
    ["M", "{}", "default-type default = {}"],
  ];
  for (const [type, value, found] of misfits) {
    test(`of type ${type} cannot be ${value}`, async () =>
      assert.deepEqual(await findings(fileWith(type, value)), [`5 ${found}`]));
  }

  test("is one: a second is refused", async () => {
    assert.deepEqual(await findings(fileWith("int32", "1, default = 2")), ["5 option-duplicate default = 2"]);
  });
});
