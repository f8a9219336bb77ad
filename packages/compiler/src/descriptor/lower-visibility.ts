import { type DescriptorProto, Edition, type EnumDescriptorProto, SymbolVisibility } from "@bufbuild/protobuf/wkt";
import type { Visibility } from "../ast/index.ts";
import type { Lowering } from "./lowering.ts";

/** Takes over `export` or `local`, which exist since edition 2024. */
export function lowerVisibility(
  lowering: Lowering,
  proto: DescriptorProto | EnumDescriptorProto,
  node: Visibility | undefined,
): void {
  if (node === undefined) return;
  if (lowering.edition < Edition.EDITION_2024) {
    lowering.error(node, "visibility-edition", `\`${node.text}\` needs edition 2024`);
    return;
  }
  proto.visibility = node.text === "export" ? SymbolVisibility.VISIBILITY_EXPORT : SymbolVisibility.VISIBILITY_LOCAL;
}
