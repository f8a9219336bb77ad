import type { Edition } from "@bufbuild/protobuf/wkt";
import type {
  ExtendNode,
  ExtensionsNode,
  FieldNode,
  MessageBody,
  MessageElement,
  MessageNode,
  Node,
  OneofNode,
} from "../ast/index.ts";
import { scalarTypesOf } from "../descriptor/index.ts";
import { FIELD, MESSAGE, ONEOF, RANGE } from "./field-numbers.ts";
import { locateEnum } from "./locate-enum.ts";
import type { OptionLocator } from "./locate-options.ts";
import { addRange, locateReserved } from "./locate-reserved.ts";
import type { LocationList, Path } from "./location-list.ts";

/** How many of each kind a message has had so far: the index of the next. */
class Counts {
  field = 0;
  message = 0;
  enum = 0;
  extension = 0;
  extensionRange = 0;
  oneof = 0;
  reservedRange = 0;
  reservedName = 0;
}

/** Where the messages that fields bring with them go: groups and the entries of maps. */
export interface NestedTypes {
  readonly path: Path;
  next(): number;
}

/** Adds locations for messages and all that may stand in them. */
export class MessageLocator {
  readonly #locations: LocationList;
  readonly #options: OptionLocator;

  /** The types that are keywords in the edition of the file. */
  readonly #keywords: ReadonlyMap<string, unknown>;

  constructor(locations: LocationList, options: OptionLocator, edition: Edition) {
    this.#locations = locations;
    this.#options = options;
    this.#keywords = scalarTypesOf(edition);
  }

  addMessage(path: Path, node: MessageNode): void {
    // `export` and `local` stand before the declaration, not in it.
    const first = node.visibility === undefined ? node.first : node.visibility.last + 1;
    const location = this.#locations.add(path, first, node.last);
    this.#locations.addPart(path, MESSAGE.name, node.name);
    this.#addBody(path, location, node.body);
  }

  #addBody(path: Path, location: number, body: MessageBody): void {
    this.#locations.endDeclaration(body.open, location);
    const counts = new Counts();
    for (const element of body.elements) this.#addElement(path, element, counts);
    this.#locations.endBody(body.close);
  }

  #addElement(path: Path, element: MessageElement, counts: Counts): void {
    const nested = { path: [...path, MESSAGE.nestedType], next: () => counts.message++ };
    switch (element.kind) {
      case "field":
        this.#addField([...path, MESSAGE.field, counts.field++], element, nested, undefined);
        break;
      case "message":
        this.addMessage([...path, MESSAGE.nestedType, counts.message++], element);
        break;
      case "enum":
        locateEnum(this.#locations, this.#options, [...path, MESSAGE.enumType, counts.enum++], element);
        break;
      case "oneof":
        this.#addOneof(path, element, counts, nested);
        break;
      case "extend":
        this.addExtend([...path, MESSAGE.extension], element, nested, () => counts.extension++);
        break;
      case "extensions":
        this.#addExtensions([...path, MESSAGE.extensionRange], element, counts);
        break;
      case "reserved":
        locateReserved(this.#locations, element, {
          ranges: [...path, MESSAGE.reservedRange],
          names: [...path, MESSAGE.reservedName],
          nextRange: () => counts.reservedRange++,
          nextName: () => counts.reservedName++,
        });
        break;
      case "option":
        this.#options.addStatement([...path, MESSAGE.options], element);
        break;
      default:
        this.#locations.endEmpty(element.last);
    }
  }

  #addField(path: Path, node: FieldNode, nested: NestedTypes, extendee: Node | undefined): void {
    const location = this.#locations.addNode(path, node);
    if (extendee !== undefined) this.#locations.addPart(path, FIELD.extendee, extendee);
    if (node.label !== undefined) this.#locations.addPart(path, FIELD.label, node.label);
    const isKeyword = node.type.kind === "named" && (this.#keywords.has(node.type.text) || node.group !== undefined);
    this.#locations.addPart(path, isKeyword ? FIELD.type : FIELD.typeName, node.type);
    this.#locations.addPart(path, FIELD.name, node.name);
    this.#locations.addPart(path, FIELD.number, node.number);
    this.#options.addFieldList(path, node.options);
    if (node.group === undefined) {
      this.#locations.endDeclaration(node.last, location);
      // The entry of a map has no location, but a place among the nested messages.
      if (node.type.kind === "map") nested.next();
      return;
    }
    const groupPath = [...nested.path, nested.next()];
    const group = this.#locations.addNode(groupPath, node);
    this.#locations.addPart(groupPath, MESSAGE.name, node.name);
    this.#locations.addPart(path, FIELD.typeName, node.name);
    this.#addBody(groupPath, group, node.group);
  }

  #addOneof(message: Path, node: OneofNode, counts: Counts, nested: NestedTypes): void {
    const path = [...message, MESSAGE.oneofDecl, counts.oneof++];
    const location = this.#locations.addNode(path, node);
    this.#locations.addPart(path, ONEOF.name, node.name);
    this.#locations.endDeclaration(node.open, location);
    for (const element of node.elements) {
      if (element.kind === "field")
        this.#addField([...message, MESSAGE.field, counts.field++], element, nested, undefined);
      else if (element.kind === "option") this.#options.addStatement([...path, ONEOF.options], element);
    }
    this.#locations.endBody(node.last);
  }

  /** Adds an extend block whose extensions are under `path`. */
  addExtend(path: Path, node: ExtendNode, nested: NestedTypes, nextIndex: () => number): void {
    const location = this.#locations.addNode(path, node);
    this.#locations.endDeclaration(node.open, location);
    for (const field of node.fields) this.#addField([...path, nextIndex()], field, nested, node.extendee);
    this.#locations.endBody(node.last);
  }

  #addExtensions(path: Path, node: ExtensionsNode, counts: Counts): void {
    const location = this.#locations.addNode(path, node);
    const firstIndex = counts.extensionRange;
    for (const range of node.ranges) addRange(this.#locations, [...path, counts.extensionRange++], range);
    // One list of options belongs to each of the ranges.
    for (let index = firstIndex; index < counts.extensionRange; index++) {
      this.#options.addList([...path, index, RANGE.options], node.options);
    }
    this.#locations.endDeclaration(node.last, location);
  }
}
