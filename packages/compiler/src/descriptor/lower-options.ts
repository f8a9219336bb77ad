import type { FieldDescriptorProto, FieldDescriptorProto_Type } from "@bufbuild/protobuf/wkt";
import type { OptionListNode, OptionNode } from "../ast/index.ts";
import { lowerDefaultValue } from "./default-value.ts";
import type { OptionsOwner } from "./lowered-file.ts";
import type { Lowering } from "./lowering.ts";
import { valueHint } from "./value-hint.ts";

/** Keeps an element's options for the pass that interprets them. */
export function keepOptions(lowering: Lowering, owner: OptionsOwner, options: readonly OptionNode[]): void {
  if (options.length > 0) lowering.options.set(owner, options);
}

/** The plain name of an option that has one: neither an extension nor a path. */
export function plainName(option: OptionNode): string | undefined {
  const [part, ...rest] = option.name.parts;
  return part !== undefined && rest.length === 0 && !part.isExtension ? part.text : undefined;
}

/** The option in brackets that has this plain name, or whose name starts with it. */
export function findOption(list: OptionListNode | undefined, name: string): OptionNode | undefined {
  return list?.options.find(({ name: { parts } }) => parts[0]?.isExtension === false && parts[0].text === name);
}

/** Whether the options say `name = true`. */
export function isSetTrue(options: readonly OptionNode[], name: string): boolean {
  return options.some(
    (option) => plainName(option) === name && option.value.kind === "identifier" && option.value.text === "true",
  );
}

/** A field's options; `default` and `json_name` stand among them but are fields of the descriptor. */
export function lowerFieldOptions(
  lowering: Lowering,
  field: FieldDescriptorProto,
  type: FieldDescriptorProto_Type | undefined,
  list: OptionListNode | undefined,
): void {
  if (list === undefined) return;
  const options: OptionNode[] = [];
  let firstDefault: OptionNode | undefined;
  let firstJsonName: OptionNode | undefined;
  const reportSecond = (option: OptionNode, name: string, first: OptionNode): void =>
    lowering.error(option, "option-duplicate", `\`${name}\` is set twice`, {
      notes: [lowering.noteAt(first, "first set here")],
    });
  for (const option of list.options) {
    const name = plainName(option);
    if (name === "default") {
      if (firstDefault !== undefined) {
        reportSecond(option, name, firstDefault);
        continue;
      }
      firstDefault = option;
      const text = lowerDefaultValue(lowering, type, option.value);
      if (text !== undefined) field.defaultValue = text;
    } else if (name === "json_name") {
      if (firstJsonName !== undefined) reportSecond(option, name, firstJsonName);
      firstJsonName ??= option;
      if (option.value.kind === "string") field.jsonName = option.value.text;
      else
        lowering.error(option.value, "option-value", "`json_name` must be a string in quotes", {
          hint: valueHint("string", option.value),
        });
    } else {
      options.push(option);
    }
  }
  keepOptions(lowering, field, options);
}
