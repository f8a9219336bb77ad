import { Edition } from "@bufbuild/protobuf/wkt";
import type { OptionNode } from "../ast/index.ts";
import { editionOf, type FeatureTable } from "../features/index.ts";
import type { EnumDefinition, FieldDefinition, LinkedFile, MessageDefinition } from "../linker/index.ts";
import { checkDeclarations, checkDeclared } from "./check-declarations.ts";
import { checkEditionField, checkEditionFile, checkReleased } from "./check-editions.ts";
import { checkEnum } from "./check-enum.ts";
import { checkFeatureSupport } from "./check-feature-support.ts";
import { checkField, checkMapPart, isLite } from "./check-field.ts";
import { checkImports, checkOptionImports } from "./check-imports.ts";
import { checkJsonNames } from "./check-json-names.ts";
import { NamingChecker } from "./check-naming.ts";
import { checkProto3Field, checkProto3Message } from "./check-proto3.ts";
import { checkShape } from "./check-shape.ts";
import { checkFieldVisibility, checkMethodVisibility, checkNestedExport } from "./check-visibility.ts";

/**
 * Checks a file against the rules that depend on its options or its edition.
 */
export function checkFile(file: LinkedFile, features: FeatureTable): void {
  if (file.lowered === undefined) checkShape(file);
  new FileChecker(file, features).run();
  checkImports(file);
  if (!file.isRequested) return;
  checkOptionImports(file);
  checkReleased(file);
  warnOfGenericServices(file);
}

/** Where the numbers of a message set end. */
const MAX_INT32 = 0x7fffffff;

const GENERIC_SERVICES: ReadonlySet<string> = new Set([
  "cc_generic_services",
  "java_generic_services",
  "py_generic_services",
]);

/** One warning a file, as from protoc. */
function warnOfGenericServices(file: LinkedFile): void {
  const { options } = file.proto;
  if (
    options?.ccGenericServices !== true &&
    options?.javaGenericServices !== true &&
    options?.pyGenericServices !== true
  )
    return;
  const isGeneric = ({ name, value }: OptionNode): boolean =>
    GENERIC_SERVICES.has(name.parts[0]?.text ?? "") && value.kind === "identifier" && value.text === "true";
  const node = file.options(file.proto).find(isGeneric);
  file.warning(node, "generic-services", "generic services are deprecated, and protobuf means to drop them", {
    hint: "remove the option: plugins such as those for gRPC generate services without it",
  });
}

class FileChecker {
  readonly #file: LinkedFile;
  readonly #features: FeatureTable;
  readonly #edition: Edition;
  readonly #naming: NamingChecker;

  constructor(file: LinkedFile, features: FeatureTable) {
    this.#file = file;
    this.#features = features;
    this.#edition = editionOf(file);
    this.#naming = new NamingChecker(file, features);
  }

  run(): void {
    const file = this.#file;
    file.subject = "";
    if (this.#edition >= Edition.EDITION_2023) checkEditionFile(file, this.#features);
    this.#naming.checkPackage();
    for (const message of file.messages) this.#message(message);
    for (const enumeration of file.enums) this.#enum(enumeration);
    for (const extension of file.extensions) this.#field(extension);
    this.#services();
    file.subject = "";
  }

  #message(message: MessageDefinition): void {
    this.#file.subject = message.fullName;
    if (this.#edition === Edition.EDITION_PROTO3) checkProto3Message(this.#file, message);
    // Of a text, what the fields of an entry say was said of the map.
    if (message.proto.options?.mapEntry === true && this.#file.lowered !== undefined) {
      for (const field of message.fields) {
        this.#file.subject = field.fullName;
        checkFieldVisibility(this.#file, this.#features, field);
        checkMapPart(this.#file, field);
        checkFeatureSupport(this.#file, field);
      }
      return;
    }
    this.#naming.check(message);
    for (const oneof of message.oneofs) this.#naming.check(oneof);
    checkNestedExport(this.#file, this.#features, message);
    checkJsonNames(this.#file, this.#features, message);
    checkDeclarations(this.#file, message);
    this.#checkRangeEnds(message);
    for (const field of message.fields) this.#field(field);
    for (const extension of message.extensions) this.#field(extension);
    for (const enumeration of message.enums) this.#enum(enumeration);
    for (const nested of message.messages) this.#message(nested);
  }

  /** Only message sets set numbers aside that no field could have. What ends elsewhere was looked at before options were known. */
  #checkRangeEnds({ proto }: MessageDefinition): void {
    if (proto.options?.messageSetWireFormat === true) return;
    for (const range of proto.extensionRange) {
      if (range.start < range.end && range.end === MAX_INT32)
        this.#file.error(this.#file.node(range), "range", "field numbers end at 536870911; write `max` for that");
    }
  }

  #field(field: FieldDefinition): void {
    this.#file.subject = field.fullName;
    this.#naming.check(field);
    checkField(this.#file, this.#features, field);
    checkFieldVisibility(this.#file, this.#features, field);
    checkDeclared(this.#file, field);
    checkFeatureSupport(this.#file, field);
    if (this.#edition === Edition.EDITION_PROTO3) checkProto3Field(this.#file, this.#features, field);
    if (this.#edition >= Edition.EDITION_2023) checkEditionField(this.#file, this.#features, field);
  }

  #enum(enumeration: EnumDefinition): void {
    this.#naming.check(enumeration);
    for (const value of enumeration.values) {
      this.#file.subject = value.fullName;
      this.#naming.check(value);
      checkFeatureSupport(this.#file, value);
    }
    this.#file.subject = enumeration.fullName;
    checkNestedExport(this.#file, this.#features, enumeration);
    checkEnum(this.#file, this.#features, enumeration);
  }

  #services(): void {
    for (const service of this.#file.services) {
      this.#file.subject = service.fullName;
      this.#naming.check(service);
      for (const method of service.methods) {
        this.#file.subject = method.fullName;
        this.#naming.check(method);
        checkMethodVisibility(this.#file, this.#features, method);
      }
    }
    const { options } = this.#file.proto;
    const isGeneric = options?.ccGenericServices === true || options?.javaGenericServices === true;
    if (!isGeneric || !isLite(this.#file)) return;
    for (const service of this.#file.services) {
      this.#file.subject = service.fullName;
      this.#file.error(
        this.#file.nameNode(service.proto),
        "lite-service",
        "a file for the lite runtime cannot have generic services",
        {
          hint: "set `cc_generic_services` and `java_generic_services` to false",
        },
      );
    }
  }
}
