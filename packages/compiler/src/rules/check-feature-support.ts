import type { FieldOptions_FeatureSupport as Support } from "@bufbuild/protobuf/wkt";
import type { EnumValueDefinition, FieldDefinition, LinkedFile } from "../linker/index.ts";

/**
 * Checks that the editions in which an option or a value is introduced, deprecated and removed follow each other, and
 * those of an option's values lie between the option's own.
 */
export function checkFeatureSupport(file: LinkedFile, definition: FieldDefinition | EnumValueDefinition): void {
  const { proto, name } = definition;
  const support = proto.options?.featureSupport;
  if (support === undefined) return;
  const problem =
    supportProblem(support) ?? (definition.kind === "field" ? valueProblem(definition, support) : undefined);
  if (problem === undefined) return;
  const node = file.options(proto).find((option) => option.name.parts[0]?.text === "feature_support");
  file.error(node ?? file.nameNode(proto), "option-value", `\`${name}\` ${problem}`);
}

/** Says of a value of an option that it is there before or after the option. What a value does not say holds as for that. */
function valueProblem({ enum: enumeration }: FieldDefinition, parent: Support): string | undefined {
  for (const { name, proto } of enumeration?.values ?? []) {
    const own = proto.options?.featureSupport;
    if (own === undefined) continue;
    const isBeyond = (key: "editionDeprecated" | "editionRemoved"): boolean =>
      Object.hasOwn(parent, key) && Object.hasOwn(own, key) && own[key] > parent[key];
    if (Object.hasOwn(own, "editionIntroduced") && own.editionIntroduced < parent.editionIntroduced)
      return `has a value \`${name}\` that is introduced before it`;
    if (isBeyond("editionRemoved")) return `has a value \`${name}\` that is removed after it`;
    if (isBeyond("editionDeprecated")) return `has a value \`${name}\` that is deprecated after it`;
  }
  return undefined;
}

function supportProblem(support: Support): string | undefined {
  const { editionIntroduced: introduced, editionDeprecated: deprecated, editionRemoved: removed } = support;
  if (Object.hasOwn(support, "editionDeprecated")) {
    if (deprecated < introduced) return "is deprecated before it is introduced";
    if (!Object.hasOwn(support, "deprecationWarning")) return "is deprecated, and needs a `deprecation_warning`";
  } else if (Object.hasOwn(support, "deprecationWarning")) {
    return "has a `deprecation_warning`, and is deprecated in no edition";
  }
  if (Object.hasOwn(support, "editionRemoved")) {
    if (deprecated >= removed) return "is deprecated when it is removed already";
    if (removed < introduced) return "is removed before it is introduced";
    // What is removed as soon as it is introduced was never there.
    if (removed !== introduced && !Object.hasOwn(support, "removalError"))
      return "is removed, and needs a `removal_error`";
  } else if (Object.hasOwn(support, "removalError")) {
    return "has a `removal_error`, and is removed in no edition";
  }
  return undefined;
}
