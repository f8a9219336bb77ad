import { create } from "@bufbuild/protobuf";
import { Edition, type FileDescriptorProto, FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import type { FileElement, FileNode, ImportNode, OptionNode, PackageNode, StringNode } from "../ast/index.ts";
import type { DiagnosticList } from "../diagnostics/index.ts";
import type { TokenList } from "../lexer/index.ts";
import { lowerEnum } from "./lower-enum.ts";
import { lowerExtend, lowerMessage } from "./lower-message.ts";
import { keepOptions } from "./lower-options.ts";
import { lowerService } from "./lower-service.ts";
import type { LoweredFile } from "./lowered-file.ts";
import { Lowering } from "./lowering.ts";

const EDITIONS: ReadonlyMap<string, Edition> = new Map([
  ["2023", Edition.EDITION_2023],
  ["2024", Edition.EDITION_2024],
  ["2026", Edition.EDITION_2026],
]);

/** The edition to come. Which files may be written in it is for the rules to say. */
const UNSTABLE = "UNSTABLE";

/** Turns a syntax tree into a descriptor. Names of types stay as written, and options stay nodes. */
export function lower(tree: FileNode, tokens: TokenList, diagnostics: DiagnosticList): LoweredFile {
  const lowering = new Lowering(tokens, diagnostics);
  const proto = lowering.record(create(FileDescriptorProtoSchema), tree);
  proto.name = tokens.source.path;
  lowerSyntax(lowering, proto, tree);
  const options: OptionNode[] = [];
  const files = new FileLowering(lowering, proto);
  for (const element of tree.body) {
    if (element.kind === "option") options.push(element);
    else files.add(element);
  }
  keepOptions(lowering, proto, options);
  const { nodes, extendees, options: kept } = lowering;
  return { source: tokens.source, tokens, tree, proto, nodes, extendees, options: kept };
}

function lowerSyntax(lowering: Lowering, proto: FileDescriptorProto, tree: FileNode): void {
  const { syntax } = tree;
  if (syntax === undefined) {
    const isProblem = tree.body.length > 0;
    if (isProblem) {
      const first = tree.body[0] ?? tree;
      lowering.warning(
        { first: first.first, last: first.first },
        "syntax-missing",
        "the file says no syntax, so it is proto2",
        {
          hint: 'put `syntax = "proto3";` at its top, or `syntax = "proto2";` if that is meant',
        },
      );
    }
    return;
  }
  const { text } = syntax.value;
  const meant = /^(?:proto)?[ ._-]?([23])$/i.exec(text.trim())?.[1];
  if (syntax.keyword === "edition") {
    const edition = text === UNSTABLE ? Edition.EDITION_UNSTABLE : EDITIONS.get(text);
    if (edition === undefined) reportEdition(lowering, syntax.value, meant);
    lowering.edition = edition ?? Edition.EDITION_2023;
    proto.syntax = "editions";
    proto.edition = lowering.edition;
  } else if (text === "proto3") {
    lowering.edition = Edition.EDITION_PROTO3;
    proto.syntax = "proto3";
  } else if (text !== "proto2") {
    lowering.error(syntax.value, "syntax-unknown", `there is no syntax "${text}"`, {
      hint: EDITIONS.has(text)
        ? `write \`edition = "${text}";\``
        : meant === undefined
          ? 'it is "proto2" or "proto3"'
          : `write "proto${meant}"`,
    });
    lowering.edition = EDITIONS.get(text) ?? (meant === "2" ? Edition.EDITION_PROTO2 : Edition.EDITION_PROTO3);
  }
}

/** Editions that are defined, but that protoc compiles no file of. */
const UNRELEASED = /^(MAX|LEGACY|\d+_TEST_ONLY)$/;

function reportEdition(lowering: Lowering, node: StringNode, meant: string | undefined): void {
  const { text } = node;
  const message = UNRELEASED.test(text) ? `edition "${text}" is not released` : `there is no edition "${text}"`;
  const hint =
    meant === undefined ? `editions are ${[...EDITIONS.keys()].join(", ")}` : `write \`syntax = "proto${meant}";\``;
  lowering.error(node, "edition-unknown", message, { hint });
}

class FileLowering {
  readonly #lowering: Lowering;
  readonly #proto: FileDescriptorProto;
  #package: PackageNode | undefined;

  constructor(lowering: Lowering, proto: FileDescriptorProto) {
    this.#lowering = lowering;
    this.#proto = proto;
  }

  add(element: FileElement): void {
    const lowering = this.#lowering;
    const proto = this.#proto;
    switch (element.kind) {
      case "message":
        proto.messageType.push(lowerMessage(lowering, element));
        break;
      case "enum":
        proto.enumType.push(lowerEnum(lowering, element));
        break;
      case "service":
        proto.service.push(lowerService(lowering, element));
        break;
      case "extend":
        lowerExtend(lowering, element, proto.extension, proto.messageType);
        break;
      case "import":
        this.#import(element);
        break;
      case "package":
        this.#setPackage(element);
        break;
      default:
        break;
    }
  }

  #import(node: ImportNode): void {
    const lowering = this.#lowering;
    const proto = this.#proto;
    if (node.modifier?.text === "option") {
      if (lowering.edition < Edition.EDITION_2024)
        lowering.error(node.modifier, "import-option", "`import option` needs edition 2024");
      proto.optionDependency.push(node.path.text);
      return;
    }
    if (proto.optionDependency.length > 0) {
      lowering.error(node, "import-order", "imports come before `import option`", { hint: "move it up" });
    }
    const index = proto.dependency.push(node.path.text) - 1;
    if (node.modifier?.text === "public") proto.publicDependency.push(index);
    if (node.modifier?.text === "weak") {
      if (lowering.edition >= Edition.EDITION_2024) {
        lowering.error(node.modifier, "import-weak", "there is no `import weak` since edition 2024", {
          hint: "use `import option`",
        });
      }
      proto.weakDependency.push(index);
    }
  }

  #setPackage(node: PackageNode): void {
    const lowering = this.#lowering;
    if (this.#package !== undefined) {
      const span = lowering.tokens.span(this.#package.first, this.#package.last);
      lowering.error(node, "package-duplicate", "a file has one package", {
        hint: "remove one of the two",
        notes: [{ message: "the first is here", source: lowering.tokens.source, span }],
      });
      return;
    }
    this.#package = node;
    this.#proto.package = node.name.text;
  }
}
