import type { DescField, DescMessage } from "@bufbuild/protobuf";
import { messageFormOf } from "../emit/index.ts";
import type { TypeCode } from "./type-code.ts";

/** Code for a type, to try it on the messages within another. */
export type FindCode = (schema: DescMessage) => TypeCode;

type Properties = Readonly<Record<string, unknown>>;
type MessageField = DescField & { readonly message: DescMessage };

/** A value that a field cannot have: what emitted code throws, which knows of no message around its own. */
export class EncodeProblem extends TypeError {
  /** The field, such as `name` or `items[3]`. */
  readonly field: string;
  readonly problem: string;

  constructor(typeName: string, field: string, problem: string) {
    super(`${typeName}.${field}: ${problem}`);
    this.field = field;
    this.problem = problem;
  }
}

/**
 * The error for a message that could not be encoded, with the whole path, such as `shop.Order.items[1].name`. Writing keeps
 * no path: it is found afterwards, by trying the messages within this one.
 */
export function locateProblem(schema: DescMessage, message: object, problem: EncodeProblem, find: FindCode): TypeError {
  const { path, last } = walk(schema, message as Properties, problem, find);
  return new TypeError(`${[schema.typeName, ...path, last.field].join(".")}: ${last.problem}`);
}

function walk(
  schema: DescMessage,
  message: Properties,
  problem: EncodeProblem,
  find: FindCode,
): { readonly path: readonly string[]; readonly last: EncodeProblem } {
  for (const field of schema.fields) {
    if (field.message === undefined) continue;
    for (const [place, value] of valuesOf(field as MessageField, message)) {
      const found = tryToEncode(field.message, value, find);
      if (found === undefined) continue;
      const { path, last } = walk(field.message, value as Properties, found, find);
      return { path: [field.name + place, ...path], last };
    }
  }
  return { path: [], last: problem };
}

function tryToEncode(schema: DescMessage, message: object, find: FindCode): EncodeProblem | undefined {
  const code = find(schema);
  try {
    code.write(message, new Uint8Array(code.maxBytes(message)), 0);
    return undefined;
  } catch (error) {
    return error instanceof EncodeProblem ? error : undefined;
  }
}

/** The messages that a field holds, each with its place; not those that it has in another form, such as a JSON object. */
function valuesOf(field: MessageField, message: Properties): (readonly [place: string, value: object])[] {
  const chosen = field.oneof && (message[field.oneof.localName] as Properties | undefined | null);
  const isChosen = chosen !== undefined && chosen !== null && chosen["case"] === field.localName;
  const value = field.oneof === undefined ? message[field.localName] : isChosen ? chosen["value"] : undefined;
  if (value === undefined || value === null) return [];
  const form = messageFormOf(field);
  if (form === "json") return [];
  if (form === "wrapper") return [["", { $typeName: field.message.typeName, value }]];
  const entries: (readonly [string, unknown])[] =
    field.fieldKind === "list" && Array.isArray(value)
      ? value.map((item, index) => [`[${index}]`, item] as const)
      : field.fieldKind === "map"
        ? Object.entries(value).map(([key, item]) => [`[${JSON.stringify(key)}]`, item] as const)
        : [["", value]];
  return entries.filter((entry): entry is readonly [string, object] => {
    const item = entry[1] as Properties | undefined | null;
    const isOne = typeof item === "object" && item !== null;
    return isOne && (item["$typeName"] === undefined || item["$typeName"] === field.message.typeName);
  });
}
