import { type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import type { ByteChoice } from "./byte-choice.ts";

const MAX_DEPTH = 5;
const MAX_ITEMS = 4;

/** What has no place in any message, or in most of their fields. */
const ODD: readonly (() => unknown)[] = [
  () => undefined,
  () => null,
  () => Symbol("odd"),
  () => () => 1,
  () => Number.NaN,
  () => 1.5,
  () => -1,
  () => 2 ** 32,
  () => 2 ** 53,
  () => 1n << 64n,
  () => -(1n << 63n) - 1n,
  () => "12",
  () => "not a number",
  () => [],
  () => [null],
  () => new Map([["a", 1]]),
  () => new Date(0),
  () => Object.create(null) as object,
  () => ({ $typeName: "another.Type" }),
  () => ({ case: "nothing", value: 1 }),
  () => new Proxy({}, { get: () => 1, ownKeys: () => ["a"] }),
  () => new Uint16Array(3),
  () => new ArrayBuffer(4),
  () => new Array(3),
  () => "\ud800",
  () => true,
];
const INTEGERS = [0, 1, -1, 127, 128, 300, 2 ** 31 - 1, -(2 ** 31), 2 ** 32 - 1] as const;
const LONGS = [0n, 1n, -1n, 1n << 31n, (1n << 63n) - 1n, -(1n << 63n), (1n << 64n) - 1n] as const;
const REALS = [0, -0, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 1e300, -1e-300] as const;

/** A value for a type, as an input decides: mostly one that it takes, sometimes with something odd in it. */
export function createHostileValue(schema: DescMessage, choice: ByteChoice, depth = 0): object {
  const value: { [name: string]: unknown } = {};
  if (choice.below(4) === 0) value["$typeName"] = choice.below(8) === 0 ? "another.Type" : schema.typeName;
  for (const field of schema.fields) {
    if (choice.isOver) break;
    if (choice.below(3) === 0) continue;
    if (field.message !== undefined && depth >= MAX_DEPTH) continue;
    const one = choice.below(24) === 0 ? choice.pick(ODD)() : fieldValueOf(field, choice, depth);
    if (field.oneof === undefined) setOwn(value, field.localName, one, choice);
    else setOwn(value, field.oneof.localName, { case: field.localName, value: one }, choice);
  }
  return value;
}

function fieldValueOf(field: DescField, choice: ByteChoice, depth: number): unknown {
  switch (field.fieldKind) {
    case "list": {
      const items = Array.from({ length: choice.below(MAX_ITEMS) }, () => singleOf(field, choice, depth));
      if (choice.below(24) === 0) items.push(choice.pick(ODD)());
      return items;
    }
    case "map": {
      const entries: { [key: string]: unknown } = {};
      for (let count = choice.below(MAX_ITEMS); count > 0; count--) {
        setOwn(entries, keyOf(field.mapKey, choice), singleOf(field, choice, depth), choice);
      }
      return entries;
    }
    default:
      return singleOf(field, choice, depth);
  }
}

function keyOf(scalar: ScalarType, choice: ByteChoice): string {
  if (choice.below(12) === 0) return choice.pick(["__proto__", "constructor", "odd", "", "01"]);
  if (scalar === ScalarType.STRING) return Buffer.from(choice.some()).toString("latin1");
  return scalar === ScalarType.BOOL ? choice.pick(["true", "false"]) : String(choice.byte());
}

function singleOf(field: DescField, choice: ByteChoice, depth: number): unknown {
  if (field.message !== undefined) return depth < MAX_DEPTH ? createHostileValue(field.message, choice, depth + 1) : {};
  // @bufbuild/protobuf takes closed enums in lists for open ones: the numbers are those that they have.
  if (field.enum?.open === false) return choice.pick(field.enum.values).number;
  switch (field.scalar) {
    case ScalarType.STRING:
      return Buffer.from(choice.some()).toString(choice.pick(["latin1", "utf8", "utf16le"]));
    case ScalarType.BYTES:
      return choice.below(4) === 0 ? Buffer.from(choice.some()) : choice.some();
    case ScalarType.BOOL:
      return choice.below(2) === 1;
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      return choice.pick(REALS);
    case ScalarType.INT64:
    case ScalarType.UINT64:
    case ScalarType.SINT64:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64: {
      const long = choice.pick(LONGS);
      return choice.below(4) === 0 ? choice.pick([String(long), Number(long)]) : long;
    }
    default:
      return choice.pick(INTEGERS);
  }
}

/** Sets a property, also where it is called `__proto__`; sometimes as one that is computed when it is asked for. */
function setOwn(target: object, key: string, value: unknown, choice: ByteChoice): void {
  const common = { enumerable: true, configurable: true };
  if (choice.below(16) === 0) Object.defineProperty(target, key, { ...common, get: () => value });
  else Object.defineProperty(target, key, { ...common, value, writable: true });
}
