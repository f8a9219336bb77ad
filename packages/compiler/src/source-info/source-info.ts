import type { SourceCodeInfo } from "@bufbuild/protobuf/wkt";
import type { FileElement, ImportNode } from "../ast/index.ts";
import type { LoweredFile } from "../descriptor/index.ts";
import type { OptionPaths } from "../options/index.ts";
import { decodeLazily } from "./encoded-source-info.ts";
import { FILE } from "./field-numbers.ts";
import { locateEnum } from "./locate-enum.ts";
import { MessageLocator } from "./locate-message.ts";
import { OptionLocator } from "./locate-options.ts";
import { locateService } from "./locate-service.ts";
import { LocationList } from "./location-list.ts";

/**
 * Where each element of a file's descriptor stands in the text, with the comments that belong to it: the same locations,
 * in the same order, as protoc's. For files without errors.
 */
export function createSourceInfo(lowered: LoweredFile, optionPaths: OptionPaths): SourceCodeInfo {
  return decodeLazily(new FileLocator(lowered, optionPaths).run());
}

class FileLocator {
  readonly #lowered: LoweredFile;
  readonly #locations: LocationList;
  readonly #options: OptionLocator;
  readonly #messages: MessageLocator;
  #message = 0;
  #enum = 0;
  #service = 0;
  #extension = 0;
  #dependency = 0;
  #publicDependency = 0;
  #weakDependency = 0;
  #optionDependency = 0;

  constructor(lowered: LoweredFile, optionPaths: OptionPaths) {
    this.#lowered = lowered;
    this.#locations = new LocationList(lowered.tokens);
    this.#options = new OptionLocator(this.#locations, optionPaths);
    this.#messages = new MessageLocator(this.#locations, this.#options, lowered.proto.edition);
  }

  run(): Uint8Array {
    const { tree, tokens } = this.#lowered;
    // A file without tokens ends before it starts, as protoc has it: nothing was read yet when it was over.
    if (tokens.count === 1) this.#locations.addText([], tokens.start(tree.first), 0);
    else this.#locations.add([], tree.first, tree.last);
    if (tree.syntax !== undefined) {
      const location = this.#locations.addNode([FILE.syntax], tree.syntax);
      this.#locations.endDeclaration(tree.syntax.last, location);
    }
    for (const element of tree.body) this.#add(element);
    return this.#locations.finish();
  }

  #add(element: FileElement): void {
    switch (element.kind) {
      case "message":
        this.#messages.addMessage([FILE.messageType, this.#message++], element);
        break;
      case "enum":
        locateEnum(this.#locations, this.#options, [FILE.enumType, this.#enum++], element);
        break;
      case "service":
        locateService(this.#locations, this.#options, [FILE.service, this.#service++], element);
        break;
      case "extend": {
        const nested = { path: [FILE.messageType], next: () => this.#message++ };
        this.#messages.addExtend([FILE.extension], element, nested, () => this.#extension++);
        break;
      }
      case "import":
        this.#addImport(element);
        break;
      case "package": {
        const location = this.#locations.addNode([FILE.package], element);
        this.#locations.endDeclaration(element.last, location);
        break;
      }
      case "option":
        this.#options.addStatement([FILE.options], element);
        break;
      default:
        this.#locations.endEmpty(element.last);
    }
  }

  #addImport(node: ImportNode): void {
    const { modifier } = node;
    const isOption = modifier?.text === "option";
    const path = isOption ? [FILE.optionDependency, this.#optionDependency++] : [FILE.dependency, this.#dependency++];
    const location = this.#locations.addNode(path, node);
    if (modifier?.text === "public")
      this.#locations.addNode([FILE.publicDependency, this.#publicDependency++], modifier);
    if (modifier?.text === "weak") this.#locations.addNode([FILE.weakDependency, this.#weakDependency++], modifier);
    this.#locations.endDeclaration(node.last, location);
  }
}
