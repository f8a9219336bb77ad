import { type FieldDescriptorProto, FieldDescriptorProto_Type as Type } from "@bufbuild/protobuf/wkt";
import type { FieldNode, MethodNode, Node, OptionNode } from "../ast/index.ts";
import { findOption, nameOfType, valueHint } from "../descriptor/index.ts";
import { isIdentifier } from "../lexer/index.ts";
import {
  describeKind,
  type FieldDefinition,
  isExtension,
  type MessageDefinition,
  type MethodDefinition,
} from "./definition.ts";
import type { LinkedFile } from "./linked-file.ts";
import type { Pool } from "./pool.ts";
import { reportUnknownType } from "./report-unknown.ts";
import { resolveName, type Target } from "./resolve-name.ts";

/** Resolves every name of a type in a file: in its descriptor, full names with a leading dot take their place. */
export function resolveFile(pool: Pool, file: LinkedFile): void {
  new FileResolver(pool, file).run();
}

class FileResolver {
  readonly #pool: Pool;
  readonly #file: LinkedFile;
  /** The types of extend blocks that were reported: several fields share one. */
  readonly #reported = new Set<Node>();

  constructor(pool: Pool, file: LinkedFile) {
    this.#pool = pool;
    this.#file = file;
  }

  run(): void {
    for (const message of this.#file.messages) this.#message(message);
    for (const extension of this.#file.extensions) this.#field(extension);
    for (const service of this.#file.services) for (const method of service.methods) this.#method(method);
  }

  #message(message: MessageDefinition): void {
    for (const nested of message.messages) this.#message(nested);
    for (const field of message.fields) this.#field(field);
    for (const extension of message.extensions) this.#field(extension);
  }

  #field(field: FieldDefinition): void {
    const { proto } = field;
    this.#file.subject = field.fullName;
    if (isExtension(field)) this.#extendee(field);
    if (proto.typeName === "") return;
    const node = this.#typeNode(proto);
    const resolution = resolveName(this.#pool, this.#file, proto.typeName, field.fullName, "type");
    const { target } = resolution;
    if (target === undefined) {
      const fieldName = (this.#file.node(proto) as FieldNode | undefined)?.kind === "field" ? field.name : undefined;
      reportUnknownType(this.#pool, this.#file, {
        name: proto.typeName,
        node,
        resolution,
        allowed: "any type",
        fieldName,
      });
      return;
    }
    this.#setType(field, target, node);
  }

  #setType(field: FieldDefinition, target: Target, node: Node | undefined): void {
    const { proto } = field;
    // A descriptor says of which kind its type is, where a text leaves that open.
    const meant = Object.hasOwn(proto, "type") ? proto.type : undefined;
    const kinds: readonly Type[] = target.kind === "message" ? [Type.MESSAGE, Type.GROUP] : [Type.ENUM, Type.GROUP];
    if (meant !== undefined && !kinds.includes(meant)) {
      const message = `\`${target.fullName}\` is ${describeKind(target)}, and this field is of type ${nameOfType(meant)}`;
      this.#file.error(node, "type-kind", message);
      return;
    }
    if (target.kind === "message") {
      field.message = target;
      if (proto.type !== Type.GROUP) proto.type = Type.MESSAGE;
      if (Object.hasOwn(proto, "defaultValue")) {
        this.#file.error(
          this.#defaultNode(proto),
          "default-type",
          "a field whose type is a message cannot have a default value",
          { hint: "remove it: a message that is not set is absent" },
        );
      }
    } else if (target.kind === "enum" && proto.type !== Type.GROUP) {
      field.enum = target;
      proto.type = Type.ENUM;
      this.#checkEnumDefault(field);
    } else {
      this.#file.error(node, "type-kind", `\`${proto.typeName}\` is ${describeKind(target)}, not a type`, {
        notes: target.file.noteAt(target.proto, "defined here"),
      });
      return;
    }
    proto.typeName = `.${target.fullName}`;
  }

  #checkEnumDefault(field: FieldDefinition): void {
    const { proto } = field;
    if (field.enum === undefined || !Object.hasOwn(proto, "defaultValue")) return;
    if (field.enum.valuesByName.has(proto.defaultValue)) return;
    const near = this.#pool.speller.nearest(proto.defaultValue, field.enum.valuesByName.keys());
    const problem = isIdentifier(proto.defaultValue) ? "has no value" : "has values by name, not";
    const node = this.#defaultNode(proto);
    this.#file.error(
      node?.value,
      "default-enum",
      `enum \`${field.enum.fullName}\` ${problem} \`${proto.defaultValue}\``,
      {
        hint:
          near === undefined
            ? node === undefined
              ? undefined
              : valueHint("enum", node.value)
            : `did you mean \`${near}\`?`,
        notes: field.enum.file.noteAt(field.enum.proto, "the enum is defined here"),
      },
    );
  }

  #defaultNode(proto: FieldDescriptorProto): OptionNode | undefined {
    const node = this.#file.node(proto) as FieldNode | undefined;
    return findOption(node?.options, "default");
  }

  #extendee(field: FieldDefinition): void {
    const { proto } = field;
    const node = this.#file.lowered?.extendees.get(proto);
    if (node !== undefined && this.#reported.has(node)) return;
    const resolution = resolveName(this.#pool, this.#file, proto.extendee, field.fullName, "any");
    const { target } = resolution;
    if (target?.kind === "message") {
      field.parent = target;
      proto.extendee = `.${target.fullName}`;
      return;
    }
    if (node !== undefined) this.#reported.add(node);
    if (target === undefined)
      reportUnknownType(this.#pool, this.#file, { name: proto.extendee, node, resolution, allowed: "message" });
    else this.#notMessage(node, proto.extendee, target);
  }

  #method(method: MethodDefinition): void {
    const node = this.#file.node(method.proto) as MethodNode | undefined;
    const { proto } = method;
    this.#file.subject = method.fullName;
    method.input = this.#methodType(method, proto.inputType, node?.input);
    method.output = this.#methodType(method, proto.outputType, node?.output);
    if (method.input !== undefined) proto.inputType = `.${method.input.fullName}`;
    if (method.output !== undefined) proto.outputType = `.${method.output.fullName}`;
  }

  #methodType(method: MethodDefinition, name: string, node: Node | undefined): MessageDefinition | undefined {
    const resolution = resolveName(this.#pool, this.#file, name, method.fullName, "any");
    const { target } = resolution;
    if (target?.kind === "message") return target;
    if (target === undefined) reportUnknownType(this.#pool, this.#file, { name, node, resolution, allowed: "message" });
    else this.#notMessage(node, name, target);
    return undefined;
  }

  #notMessage(node: Node | undefined, name: string, target: Target): void {
    this.#file.error(node, "type-kind", `\`${name}\` is ${describeKind(target)}, not a message`, {
      notes: target.file.noteAt(target.proto, "defined here"),
    });
  }

  /** The node of a field's type. The parts of a map's entry were made from their types alone. */
  #typeNode(proto: FieldDescriptorProto): Node | undefined {
    const node = this.#file.node(proto) as FieldNode | (Node & { readonly kind: "named" }) | undefined;
    return node?.kind === "field" ? node.type : node;
  }
}
