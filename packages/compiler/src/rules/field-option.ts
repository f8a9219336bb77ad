import type { FieldDescriptorProto } from "@bufbuild/protobuf/wkt";
import type { FieldNode, Node } from "../ast/index.ts";
import { findOption } from "../descriptor/index.ts";
import type { LinkedFile } from "../linker/index.ts";

/**
 * Where a field says something in its brackets: the option of this name, or the feature where the name starts with
 * `features.`. The name of the field where it does not say so itself.
 */
export function fieldOption(file: LinkedFile, proto: FieldDescriptorProto, name: string): Node | undefined {
  const node = file.node(proto) as FieldNode | undefined;
  const [first = "", second] = name.split(".");
  const options = node?.kind === "field" ? node.options : undefined;
  const found =
    second === undefined
      ? findOption(options, first)
      : options?.options.find(({ name: { parts } }) => parts[0]?.text === first && parts[1]?.text === second);
  return found ?? findOption(options, first) ?? file.nameNode(proto);
}
