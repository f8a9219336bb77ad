import type { FieldOptions_FeatureSupport as Support } from "@bufbuild/protobuf/wkt";
import type { EnumValueDefinition, FieldDefinition, LinkedFile } from "../linker/index.ts";

/** Checks that the editions in which an option or a value is introduced, deprecated and removed follow each other. */
export function checkFeatureSupport(file: LinkedFile, { proto, name }: FieldDefinition | EnumValueDefinition): void {
  const support = proto.options?.featureSupport;
  const problem = support === undefined ? undefined : supportProblem(support);
  if (problem === undefined) return;
  const node = file.options(proto).find((option) => option.name.parts[0]?.text === "feature_support");
  file.error(node ?? file.nameNode(proto), "option-value", `\`${name}\` ${problem}`);
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
