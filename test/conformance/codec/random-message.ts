import { create, type DescField, type DescMessage, type Message, ScalarType } from "@bufbuild/protobuf";
import { isWrapperDesc } from "@bufbuild/protobuf/wkt";

/** Numbers between 0 and 1, always the same ones for a seed. */
export type Random = () => number;

/** mulberry32's recurrence, which needs one word of state. After `draws` numbers come zeros. */
export function createRandom(seed: number, draws: number = Number.POSITIVE_INFINITY): Random {
  let state = seed >>> 0;
  let left = draws;
  return () => {
    if (left-- <= 0) return 0;
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const MAX_DEPTH = 4;
/** Required messages that have each other have no end: then one is missing. */
const MAX_REQUIRED_DEPTH = 8;
const INT32S = [0, 1, -1, 127, 128, 300, -129, 16383, 16384, 0x7fffffff, -0x80000000];
const UINT32S = [0, 1, 127, 128, 16384, 0x7fffffff, 0xffffffff];
const INT64S = [0n, 1n, -1n, 127n, 128n, 1n << 28n, 1n << 31n, 1n << 35n, (1n << 63n) - 1n, -(1n << 63n)];
const UINT64S = [0n, 1n, 128n, 1n << 32n, (1n << 63n) - 1n, (1n << 64n) - 1n];
const DOUBLES = [0, -0, 1, -1.5, Math.PI, 1e300, -1e-300, Number.MAX_VALUE, Number.POSITIVE_INFINITY, Number.NaN];
const FLOATS = [0, -0, 1, -1.5, 0.1, 3.4028234663852886e38, Number.NEGATIVE_INFINITY, Number.NaN];
// biome-ignore format: a list to scan
const TEXTS = [
  "", "a", "short", "thirteen long", "text with more than 24 characters in it", "naïve", "日本語", "😀 end", "\u0000\u007f\u0080",
  "\ufeffmark", "__proto__", "constructor", "\ufffd", "x".repeat(127), "é".repeat(64), "y".repeat(200), "z".repeat(1500), "\u2028",
];

/** Makes a message of `schema` with some fields set, as `create` would of plain objects. */
export function randomMessage(schema: DescMessage, random: Random): Message {
  return create(schema, randomInit(schema, random, 0));
}

function randomInit(schema: DescMessage, random: Random, depth: number): Record<string, unknown> {
  const init: Record<string, unknown> = {};
  for (const field of schema.fields) {
    const isRequired = field.presence === 3;
    if (!isRequired && random() < 0.35) continue;
    if (field.message !== undefined && depth >= (isRequired ? MAX_REQUIRED_DEPTH : MAX_DEPTH)) continue;
    const value = randomField(field, random, depth);
    if (value === undefined) continue;
    if (field.oneof === undefined) setOwn(init, field.localName, value);
    else setOwn(init, field.oneof.localName, { case: field.localName, value });
  }
  return init;
}

function randomField(field: DescField, random: Random, depth: number): unknown {
  switch (field.fieldKind) {
    case "list":
      return Array.from({ length: Math.floor(random() * 4) }, () => randomSingle(field, random, depth));
    case "map": {
      const entries: Record<string, unknown> = {};
      for (let count = Math.floor(random() * 4); count > 0; count--) {
        setOwn(entries, String(randomScalar(field.mapKey, random)), randomSingle(field, random, depth));
      }
      return entries;
    }
    default:
      return randomSingle(field, random, depth);
  }
}

function randomSingle(field: DescField, random: Random, depth: number): unknown {
  const { message } = field;
  if (message === undefined) {
    if (field.enum !== undefined) return pick(field.enum.values, random).number;
    const value = randomScalar(field.scalar ?? ScalarType.INT32, random);
    return "longAsString" in field && field.longAsString === true ? String(value) : value;
  }
  if (message.typeName === "google.protobuf.Struct" && field.parent.typeName !== "google.protobuf.Value") {
    return randomJson(random);
  }
  const [value] = message.fields;
  if (field.fieldKind === "message" && field.oneof === undefined && isWrapperDesc(message) && value?.scalar) {
    return randomScalar(value.scalar, random);
  }
  return randomInit(message, random, depth + 1);
}

function randomScalar(scalar: ScalarType, random: Random): unknown {
  switch (scalar) {
    case ScalarType.DOUBLE:
      return pick(DOUBLES, random);
    case ScalarType.FLOAT:
      return Math.fround(pick(FLOATS, random));
    case ScalarType.INT64:
    case ScalarType.SINT64:
    case ScalarType.SFIXED64:
      return pick(INT64S, random);
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
      return pick(UINT64S, random);
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return pick(UINT32S, random);
    case ScalarType.BOOL:
      return random() < 0.5;
    case ScalarType.STRING:
      return pick(TEXTS, random);
    case ScalarType.BYTES:
      return Uint8Array.from({ length: pick([0, 1, 31, 64, 65, 300], random) }, () => random() * 256);
    default:
      return pick(INT32S, random);
  }
}

function randomJson(random: Random): Record<string, unknown> {
  const json = {};
  setOwn(json, pick(TEXTS, random), pick([null, true, 1.5, "text", [1, null, { nested: [] }], {}], random));
  if (random() < 0.5) setOwn(json, "__proto__", { own: "yes" });
  return json;
}

function pick<T>(values: readonly T[], random: Random): T {
  return values[Math.floor(random() * values.length)] as T;
}

/** Also where the key is `__proto__`. */
function setOwn(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
}
