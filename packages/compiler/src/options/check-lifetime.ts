import { create } from "@bufbuild/protobuf";
import { Edition, type FieldOptions_FeatureSupport, FieldOptions_FeatureSupportSchema } from "@bufbuild/protobuf/wkt";
import type { Node } from "../ast/index.ts";
import { editionOf } from "../features/index.ts";
import type { EnumValueDefinition, FieldDefinition } from "../linker/index.ts";
import type { OptionContext } from "./option-context.ts";

/** What descriptor.proto says of its own options: `@bufbuild/protobuf` leaves that out of the descriptor it ships. */
const BUILT_IN: ReadonlyMap<string, FieldOptions_FeatureSupport> = new Map([
  [
    "google.protobuf.FileOptions.java_multiple_files",
    removedIn(Edition.EDITION_2024, "remove it, or set the feature `(pb.java).nest_in_file_class` on messages"),
  ],
  ["google.protobuf.FileOptions.cc_enable_arenas", removedIn(Edition.EDITION_2026, "remove it")],
  ["google.protobuf.FeatureSet.enforce_naming_style", introducedIn(Edition.EDITION_2024)],
  ["google.protobuf.FeatureSet.default_symbol_visibility", introducedIn(Edition.EDITION_2024)],
  ["google.protobuf.FeatureSet.enforce_proto_limits", introducedIn(Edition.EDITION_2026)],
]);

function introducedIn(editionIntroduced: Edition): FieldOptions_FeatureSupport {
  return create(FieldOptions_FeatureSupportSchema, { editionIntroduced });
}

function removedIn(editionRemoved: Edition, removalError: string): FieldOptions_FeatureSupport {
  return create(FieldOptions_FeatureSupportSchema, { editionRemoved, removalError });
}

/** Reports an option, or an enum value in one, that the edition of the file does not have yet, or not any more. */
export function checkLifetime(context: OptionContext, used: FieldDefinition | EnumValueDefinition, node: Node): void {
  const { file } = context;
  if (context.isInAny === true) return;
  const support = used.proto.options?.featureSupport ?? findBuiltIn(context, used);
  if (support === undefined) return;
  const { editionIntroduced, editionDeprecated, editionRemoved, removalError, deprecationWarning } = support;
  const edition = editionOf(file);
  const name = `\`${used.fullName}\``;
  if (edition < editionIntroduced) {
    file.error(node, "option-edition", `${name} needs edition ${nameOf(editionIntroduced)}`);
  }
  if (Object.hasOwn(support, "editionRemoved") && edition >= editionRemoved) {
    const hint = removalError === "" ? undefined : removalError;
    file.error(node, "option-edition", `there is no ${name} since edition ${nameOf(editionRemoved)}`, { hint });
  } else if (Object.hasOwn(support, "editionDeprecated") && edition >= editionDeprecated) {
    const hint = deprecationWarning === "" ? undefined : deprecationWarning;
    file.warning(node, "option-edition", `${name} is deprecated since edition ${nameOf(editionDeprecated)}`, { hint });
  }
}

/** A descriptor.proto of the user's own says such things itself, or does not. */
function findBuiltIn(
  { pool, bundled }: OptionContext,
  { file, parent, fullName }: FieldDefinition | EnumValueDefinition,
): FieldOptions_FeatureSupport | undefined {
  const isOwn = file !== bundled && parent !== undefined && pool.get(parent.fullName) === parent;
  return isOwn ? undefined : BUILT_IN.get(fullName);
}

/** `2024`, or `proto3`. */
function nameOf(edition: Edition): string {
  return (Edition[edition] ?? String(edition)).replace("EDITION_", "").toLowerCase();
}
