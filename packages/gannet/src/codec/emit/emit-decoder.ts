import type { DescField, DescMessage } from "@bufbuild/protobuf";
import { tagOf, WireType } from "../wire/index.ts";
import { type Dialect, declareLocals, emitEnd, emitHead, typed } from "./dialect.ts";
import { isDelimited } from "./emit-encoder.ts";
import { messageFormOf, property, quote, setProperty, valueOfProperty } from "./field-shape.ts";
import { READ_LENGTH, readOptionsOf, scalarCode } from "./scalar-code.ts";

type MessageField = DescField & { readonly message: DescMessage };
type MapField = DescField & { readonly fieldKind: "map" };

/**
 * Emits `read`, which reads what stands before `end`, or before the tag `endTag` that closes a group (-1 for none), into a
 * message. What the message has already is kept: lists grow, and messages are merged.
 */
export function emitDecoder(schema: DescMessage, dialect: Dialect): string {
  const cases = schema.fields.map((field, index) => emitCases(field, index));
  const entries = schema.fields.map((field, index) =>
    field.fieldKind === "map" ? emitEntry(field, index, dialect) : "",
  );
  const sets = schema.fields.map((field, index) => {
    return isClosed(field) ? `const e${index} = numbersOf(${index});` : "";
  });
  return [
    ...sets.filter((code) => code !== ""),
    ...entries.filter((code) => code !== ""),
    emitHead(
      "read",
      [
        ["m", "any"],
        ["r", "TypeReader"],
        ["end", "number"],
        ["endTag", "number"],
      ],
      dialect,
    ),
    "r.enter();",
    "const b = r.bytes;",
    `let p = r.position, ${typed("tag", "any", dialect)}, ${typed("n", "any", dialect)};`,
    ...declareLocals(["v"], cases, dialect),
    "while (p < end) {",
    "tag = b[p++];",
    // Two bytes are enough for fields up to 2,047.
    "if (tag > 127) { n = b[p++]; if (n < 128) tag = (tag & 127) | (n << 7); else { r.position = p - 2; tag = r.tag(); p = r.position; } }",
    "switch (tag) {",
    ...cases,
    "default: {",
    "if (tag === endTag) { r.leave(p, p); return; }",
    `p = r.keepUnknown(m, tag, p, end, ${noExtension(schema)});`,
    "}",
    "}",
    "}",
    'if (endTag > 0) r.fail("a group does not end", p);',
    "r.leave(p, end);",
    emitEnd(dialect),
  ].join("\n");
}

/** Whether the field of `tag` cannot be an extension. */
function noExtension({ proto }: DescMessage): string {
  const ranges = proto.extensionRange.map(({ start, end }) => `tag >>> 3 >= ${start} && tag >>> 3 < ${end}`);
  return ranges.length === 0 ? "true" : `!(${ranges.join(" || ")})`;
}

function isClosed(field: DescField): boolean {
  return field.enum !== undefined && !field.enum.open;
}

/** The cases of the switch over tags: one for each way in which the field may be written. */
function emitCases(field: DescField, index: number): string {
  const cases: string[] = [];
  const add = (wireType: number, code: string): void => {
    cases.push(`case ${tagOf(field.number, wireType)}: { ${code} break; }`);
  };
  if (field.fieldKind === "map") {
    const [start, place] = isClosed(field) ? ["const s = p; ", ", s"] : ["", ""];
    const read = `p = readEntry${index}(m, r, p + n${place});`;
    add(WireType.LengthDelimited, `${start}${READ_LENGTH} r.position = p; ${read}`);
  } else if (field.message !== undefined) {
    const isGroup = isDelimited(field);
    add(isGroup ? WireType.StartGroup : WireType.LengthDelimited, readMessage(field as MessageField, index));
  } else {
    const { wireType, read } = scalarCode(field.scalar);
    const value = read(readOptionsOf(field));
    const store = isClosed(field) ? storeClosed(field, index) : storeValue(field);
    if (!isClosed(field)) add(wireType, `${value} ${store}`);
    else add(wireType, `const s = p; ${value} ${store}`);
    if (field.fieldKind === "list" && wireType !== WireType.LengthDelimited) {
      add(WireType.LengthDelimited, readPacked(field, value, index));
    }
  }
  return cases.join("\n");
}

/** Takes the value in `v`. */
function storeValue(field: DescField): string {
  if (field.fieldKind === "list") return `${property("m", field.localName)}.push(v);`;
  if (field.oneof === undefined) return setProperty("m", field.localName, "v");
  return setProperty("m", field.oneof.localName, `{ case: ${quote(field.localName)}, value: v }`);
}

/** A value that a closed enum does not have is kept as a field that is unknown. */
function storeClosed(field: DescField, index: number): string {
  const tag = tagOf(field.number, WireType.Varint);
  return `if (e${index}.has(v)) { ${storeValue(field)} } else r.keepUnknown(m, ${tag}, s, end, true);`;
}

function readPacked(field: DescField, value: string, index: number): string {
  const items = property("m", field.localName);
  if (!isClosed(field)) {
    const body = `const l = ${items}; n += p; while (p < n) { ${value} l.push(v); }`;
    return `${READ_LENGTH} ${body} if (p !== n) r.fail("the packed values end inside one", p);`;
  }
  const body = `n += p; while (p < n) { const s = p; ${value} ${storeClosed(field, index)} }`;
  return `${READ_LENGTH} ${body} if (p !== n) r.fail("the packed values end inside one", p);`;
}

/** Reads a message, into the one that is there where the field is single. */
function readMessage(field: MessageField, index: number): string {
  const form = messageFormOf(field);
  const type = `const t = t${index} ??= type(${index});`;
  const name = quote(field.localName);
  const isGroup = isDelimited(field);
  const read = isGroup
    ? `r.position = p; t.read(x, r, end, ${tagOf(field.number, WireType.EndGroup)}); p = r.position;`
    : `${READ_LENGTH} r.position = p; t.read(x, r, p + n, -1); p = r.position;`;
  const local = toLocal("x", form);
  if (field.fieldKind === "list") {
    return `${type} const x = t.make(); ${read} ${property("m", field.localName)}.push(${local});`;
  }
  if (field.oneof !== undefined) {
    const group = valueOfProperty("m", field.oneof.localName);
    const before = `const o = ${group}; const x = o !== undefined && o.case === ${name} ? ${toMessage("o.value", form)} : t.make();`;
    const store = setProperty("m", field.oneof.localName, `{ case: ${name}, value: ${local} }`);
    return `${type} ${before} ${read} ${store}`;
  }
  const before = `v = ${valueOfProperty("m", field.localName)}; const x = v === undefined ? t.make() : ${toMessage("v", form)};`;
  return `${type} ${before} ${read} ${setProperty("m", field.localName, local)}`;
}

/** What the field holds of the message `message`. */
function toLocal(message: string, form: ReturnType<typeof messageFormOf>): string {
  switch (form) {
    case "message":
      return message;
    case "wrapper":
      return `${message}.value`;
    case "json":
      return `jsonOf(${message})`;
  }
}

/** The message for what the field holds. */
function toMessage(local: string, form: ReturnType<typeof messageFormOf>): string {
  switch (form) {
    case "message":
      return local;
    case "wrapper":
      return `wrap(t, ${local})`;
    case "json":
      return `structOf(0, ${local})`;
  }
}

/**
 * Emits the function that reads an entry of a map. An entry is a message with a key and a value, each of which may be
 * missing, come twice, or stand among unknown fields; an entry whose value a closed enum does not have is unknown itself.
 */
function emitEntry(field: MapField, index: number, dialect: Dialect): string {
  const key = scalarCode(field.mapKey);
  const options = readOptionsOf(field);
  const keyCase = `case ${tagOf(1, key.wireType)}: { ${key.read(options)} k = v; break; }`;
  let value: string;
  let initial: string;
  let local = "x";
  if (field.message !== undefined) {
    const form = messageFormOf(field as MessageField);
    local = toLocal("(x ?? t.make())", form);
    initial = `const t = t${index} ??= type(${index}); let ${typed("x", "any", dialect)};`;
    const read = `${READ_LENGTH} x ??= t.make(); r.position = p; t.read(x, r, p + n, -1); p = r.position;`;
    value = `case ${tagOf(2, WireType.LengthDelimited)}: { ${read} break; }`;
  } else {
    const code = scalarCode(field.scalar);
    const zero = field.enum === undefined ? code.zero : String(field.enum.values[0]?.number ?? 0);
    initial = `let ${typed("x", "any", dialect)} = ${zero};`;
    value = `case ${tagOf(2, code.wireType)}: { ${code.read(options)} x = v; break; }`;
  }
  const isString = key.wireType === WireType.LengthDelimited;
  const record = property("m", field.localName);
  const put = `${record}[k] = ${local};`;
  const store = isString ? `if (k === "__proto__") setOwn(${record}, k, ${local}); else ${put}` : put;
  const tag = tagOf(field.number, WireType.LengthDelimited);
  const unknown = `if (!e${index}.has(x)) { r.keepUnknown(m, ${tag}, start, end, true); return end; }`;
  const start = isClosed(field) ? ([["start", "number"]] as const) : [];
  return [
    emitHead(`readEntry${index}`, [["m", "any"], ["r", "TypeReader"], ["end", "number"], ...start], dialect),
    "const b = r.bytes;",
    `let p = r.position, ${typed("k", "any", dialect)} = ${key.zero};`,
    ...declareLocals(["tag", "v", "n"], ["tag", keyCase, value], dialect),
    initial,
    "while (p < end) {",
    "tag = b[p++];",
    "if (tag > 127) { r.position = p - 1; tag = r.tag(); p = r.position; }",
    "switch (tag) {",
    keyCase,
    value,
    "default: p = r.skip(tag, p, end);",
    "}",
    "}",
    'if (p !== end) r.fail("an entry of a map ends inside a field", p);',
    isClosed(field) ? unknown : "",
    store,
    "return p;",
    emitEnd(dialect),
  ].join("\n");
}
