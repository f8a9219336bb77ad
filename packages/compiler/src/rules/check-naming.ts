import type { Message } from "@bufbuild/protobuf";
import { FeatureSet_EnforceNamingStyle as NamingStyle } from "@bufbuild/protobuf/wkt";
import type { FeatureOwner, FeatureTable } from "../features/index.ts";
import type { FieldDefinition, LinkedFile, OneofDefinition } from "../linker/index.ts";

/** What a name looks like, and the words for it. */
interface Style {
  readonly words: string;
  readonly matches: (name: string) => boolean;
}

const TITLE_CASE: Style = { words: "TitleCase", matches: (name) => /^[A-Z][A-Za-z0-9]*$/.test(name) };
const LOWER_SNAKE_CASE: Style = {
  words: "lower_snake_case",
  matches: (name) => /^[a-z][a-z0-9_.]*$/.test(name) && hasGoodUnderscores(name),
};
const UPPER_SNAKE_CASE: Style = {
  words: "UPPER_SNAKE_CASE",
  matches: (name) => /^[A-Z][A-Z0-9_]*$/.test(name) && hasGoodUnderscores(name),
};

const STYLES = {
  package: LOWER_SNAKE_CASE,
  message: TITLE_CASE,
  field: LOWER_SNAKE_CASE,
  oneof: LOWER_SNAKE_CASE,
  enum: TITLE_CASE,
  "enum-value": UPPER_SNAKE_CASE,
  service: TITLE_CASE,
  method: TITLE_CASE,
} as const;

/** An underscore stands before a letter, and neither first nor last. */
function hasGoodUnderscores(name: string): boolean {
  return !/^_|_$|_[^A-Za-z]/.test(name);
}

function hasLegacyStyle(features: FeatureTable, owner: FeatureOwner): boolean {
  return features.of(owner).enforceNamingStyle === NamingStyle.STYLE_LEGACY;
}

/** Checks the names of a file's elements where its edition asks for a style (since 2024). */
export class NamingChecker {
  readonly #file: LinkedFile;
  readonly #features: FeatureTable;

  constructor(file: LinkedFile, features: FeatureTable) {
    this.#file = file;
    this.#features = features;
  }

  checkPackage(): void {
    const file = this.#file;
    const name = file.proto.package;
    if (name === "" || hasLegacyStyle(this.#features, file) || LOWER_SNAKE_CASE.matches(name)) return;
    const node = file.lowered?.tree.body.find((element) => element.kind === "package");
    this.#report(node === undefined ? undefined : node.name, "package", name, LOWER_SNAKE_CASE);
  }

  check(definition: Exclude<FeatureOwner, LinkedFile> & { readonly proto: Message }): void {
    // What was made up, such as the oneof of an optional field, has no name of its own to mend.
    const node = this.#file.nameNode(definition.proto);
    if ((node === undefined && this.#file.lowered !== undefined) || hasLegacyStyle(this.#features, definition)) return;
    const style = STYLES[definition.kind];
    if (!style.matches(definition.name)) this.#report(node, definition.kind, definition.name, style);
    if (definition.kind === "field" || definition.kind === "oneof") this.#checkCollision(definition);
  }

  #report(node: Parameters<LinkedFile["error"]>[0], kind: keyof typeof STYLES, name: string, style: Style): void {
    this.#file.error(node, "naming-style", `${kind.replace("-", " ")} \`${name}\` should be in ${style.words}`, {
      hint: "or opt out with `features.enforce_naming_style = STYLE_LEGACY`",
    });
  }

  /** Since 2026, a field may not be called as the accessor of another is. */
  #checkCollision(definition: FieldDefinition | OneofDefinition): void {
    if (this.#features.of(definition).enforceNamingStyle !== NamingStyle.STYLE2026) return;
    const { name, parent } = definition;
    const bare = [/^(?:has|get|set|clear)_(.+)$/, /^(.+)_value$/].map((pattern) => pattern.exec(name)?.[1]);
    const other = bare.find(
      (one) =>
        one !== undefined && (parent?.fieldsByName.has(one) || parent?.oneofs.some((oneof) => oneof.name === one)),
    );
    if (name !== "descriptor" && other === undefined) return;
    const clash = other === undefined ? "a method" : `an accessor of \`${other}\``;
    this.#file.error(
      this.#file.nameNode(definition.proto),
      "naming-collision",
      `\`${name}\` is the name of ${clash} in generated code`,
      {
        hint: "or opt out with `features.enforce_naming_style = STYLE2024`",
      },
    );
  }
}
