import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import type { EnumDefinition, EnumValueDefinition, LinkedFile } from "../linker/index.ts";

/** The number of the option `(pb.enumvalue.json)`, and of the field `string` in it. */
const JSON_OPTION = 998;
const STRING_FIELD = 1;

/** What protoc reads as an integer, white space around it included. */
const INTEGER = /^[ \t\n\v\f\r]*([+-]?[0-9]+)[ \t\n\v\f\r]*$/;
const MAX_INT32 = 0x7fffffff;

/**
 * Checks what `(pb.enumvalue.json).string` gives the values of an enum as their names in JSON: aliases share one,
 * it is neither the name nor the string of another value, and where it is a number, it is that of the value.
 */
export function checkEnumJsonStrings(file: LinkedFile, { proto, values }: EnumDefinition): void {
  const options = values.map((value) => readJsonOption(value));
  if (options.every((option) => option === undefined)) return;
  const taken = new Map<string, EnumValueDefinition>();
  const byNumber = new Map<number, { readonly value: EnumValueDefinition; readonly text: string | undefined }>();
  const claim = (value: EnumValueDefinition, name: string): void => {
    const other = taken.get(name) ?? value;
    taken.set(name, other);
    // Two values of one name were reported as such.
    if (other.proto.number === value.proto.number || other.name === value.name) return;
    file.error(
      file.nameNode(value.proto),
      "enum-json-string",
      `\`${value.name}\` is "${name}" in JSON, as \`${other.name}\` is`,
      {
        notes: file.noteAt(other.proto, `\`${other.name}\` is here`),
      },
    );
  };
  for (const [index, value] of values.entries()) {
    const option = options[index];
    const first = byNumber.get(value.proto.number);
    if (first === undefined) byNumber.set(value.proto.number, { value, text: option?.text });
    else if (proto.options?.allowAlias === true && first.text !== option?.text) {
      file.error(
        file.nameNode(value.proto),
        "enum-json-string",
        `\`${value.name}\` is an alias of \`${first.value.name}\`, but differs from it in JSON`,
        {
          hint: "give both the same `(pb.enumvalue.json).string`, or none",
          notes: file.noteAt(first.value.proto, `\`${first.value.name}\` is here`),
        },
      );
    }
    claim(value, value.name);
    if (option === undefined) continue;
    claim(value, option.text ?? "");
    checkText(file, value, option.text ?? "");
  }
}

function checkText(file: LinkedFile, { name, proto }: EnumValueDefinition, text: string): void {
  const node = file.nameNode(proto);
  if (text.includes("\0")) file.error(node, "enum-json-string", `\`${name}\` has a NUL character in its JSON name`);
  const number = Number(INTEGER.exec(text)?.[1] ?? Number.NaN);
  if (number === proto.number || !(number <= MAX_INT32 && number >= -MAX_INT32 - 1)) return;
  file.error(node, "enum-json-string", `\`${name}\` is "${text}" in JSON, which reads as number ${number}`, {
    hint: `its number is ${proto.number}: JSON has numbers of enum values as well as names`,
  });
}

/** Undefined where a value does not have the option; its text is undefined where that does not set a string. */
function readJsonOption(value: EnumValueDefinition): { readonly text: string | undefined } | undefined {
  const fields =
    value.proto.options?.$unknown?.filter(
      (field) => field.no === JSON_OPTION && field.wireType === WireType.LengthDelimited,
    ) ?? [];
  if (fields.length === 0) return undefined;
  let text: string | undefined;
  for (const { data } of fields) {
    const reader = new BinaryReader(new BinaryReader(data).bytes());
    while (reader.pos < reader.len) {
      const [number, wireType] = reader.tag();
      if (number === STRING_FIELD && wireType === WireType.LengthDelimited) text = reader.string();
      else reader.skip(wireType, number);
    }
  }
  return { text };
}
