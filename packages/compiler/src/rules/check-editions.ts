import {
  Edition,
  FeatureSet_FieldPresence as FieldPresence,
  FieldDescriptorProto_Label as Label,
  FeatureSet_RepeatedFieldEncoding as RepeatedFieldEncoding,
  FieldDescriptorProto_Type as Type,
} from "@bufbuild/protobuf/wkt";
import type { FieldNode, Node } from "../ast/index.ts";
import { editionOf, type FeatureTable, isPackable } from "../features/index.ts";
import { type FieldDefinition, isExtension, type LinkedFile } from "../linker/index.ts";
import { fieldOption } from "./field-option.ts";
import { mapValueOf } from "./map-value.ts";

/** How the paths of protobuf's own files begin, which may be written in what is not released. */
const EARLY_PATHS = [
  "google/protobuf/",
  "upb/",
  "com/google/protobuf/",
  "conformance/test_protos/",
  "test_messages_edition_unstable",
] as const;

/** Checks that a file which was asked for is of an edition that is released. Of what it imports protoc does not ask that. */
export function checkReleased(file: LinkedFile): void {
  if (file.proto.edition !== Edition.EDITION_UNSTABLE || EARLY_PATHS.some((start) => file.path.startsWith(start)))
    return;
  const syntax = file.lowered?.tree.syntax;
  file.error(syntax?.value ?? syntax, "edition-unknown", 'edition "UNSTABLE" is not released', {
    hint: "editions are 2023, 2024, 2026",
  });
}

function presenceOption(file: LinkedFile): Node | undefined {
  return file.options(file.proto).find((option) => option.name.parts.at(-1)?.text.endsWith("field_presence"));
}

/** Checks what a file that says `edition` may say for all of its elements. */
export function checkEditionFile(file: LinkedFile, features: FeatureTable): void {
  const node = file.lowered?.tree.syntax;
  if (features.of(file).fieldPresence === FieldPresence.LEGACY_REQUIRED) {
    const message = "`field_presence = LEGACY_REQUIRED` is for single fields, not for a whole file";
    const hint = "write `[features.field_presence = LEGACY_REQUIRED]` behind the fields that are required";
    file.error(presenceOption(file) ?? node, "feature-place", message, { hint });
  }
  if (file.proto.options?.javaStringCheckUtf8 === true) {
    file.error(node, "option-edition", "there is no `java_string_check_utf8` in editions", {
      hint: "use the feature `(pb.java).utf8_validation`",
    });
  }
}

/** Checks the features and options of a field in a file that says `edition`. */
export function checkEditionField(file: LinkedFile, features: FeatureTable, field: FieldDefinition): void {
  const { proto } = field;
  // What the fields of a map's entry say was said of the map.
  if (field.scope?.proto.options?.mapEntry === true) return;
  const problem =
    optionProblem(file, field) ??
    presenceProblem(features, field) ??
    mapValueProblem(features, field) ??
    featureProblem(field);
  if (problem === undefined) return;
  const [option, text] = problem;
  const place = option === "type" ? typeNode(file, field) : fieldOption(file, proto, option);
  file.error(place, "feature-field", text);
}

/** What is wrong, and the option that says it; or the type, where that does not go with what holds for the file. */
type Problem = readonly [option: string, text: string];

function typeNode(file: LinkedFile, { proto }: FieldDefinition): Node | undefined {
  const node = file.node(proto) as FieldNode | undefined;
  return node?.type ?? node;
}

function optionProblem(file: LinkedFile, { proto }: FieldDefinition): Problem | undefined {
  const { options } = proto;
  if (options === undefined) return undefined;
  if (Object.hasOwn(options, "packed"))
    return ["packed", "there is no `packed` in editions; use the feature `repeated_field_encoding`"];
  if (Object.hasOwn(options, "ctype") && editionOf(file) >= Edition.EDITION_2024) {
    return ["ctype", "there is no `ctype` since edition 2024; use the feature `(pb.cpp).string_type`"];
  }
  return undefined;
}

function presenceProblem(features: FeatureTable, field: FieldDefinition): Problem | undefined {
  const { proto } = field;
  if (proto.label === Label.REPEATED || features.hasPresence(field)) return undefined;
  if (Object.hasOwn(proto, "defaultValue")) return ["default", "a field without presence cannot have a default value"];
  if (field.enum !== undefined && features.isClosed(field.enum))
    return ["type", "a field without presence cannot be of a closed enum"];
  return undefined;
}

/** What a map maps to is a field as well, of which the file may say that it has no presence. */
function mapValueProblem(features: FeatureTable, field: FieldDefinition): Problem | undefined {
  const value = mapValueOf(field);
  return value === undefined ? undefined : presenceProblem(features, value);
}

function featureProblem(field: FieldDefinition): Problem | undefined {
  const { proto } = field;
  const own = proto.options?.features;
  if (own === undefined) return undefined;
  const isRepeated = proto.label === Label.REPEATED;
  const isMap = field.message?.proto.options?.mapEntry === true;
  if (own.fieldPresence !== FieldPresence.FIELD_PRESENCE_UNKNOWN) {
    if (Object.hasOwn(proto, "oneofIndex"))
      return ["features.field_presence", "a field of a oneof cannot choose its `field_presence`"];
    if (isRepeated) return ["features.field_presence", "a repeated field cannot choose its `field_presence`"];
    if (isExtension(field)) {
      const isRequired = own.fieldPresence === FieldPresence.LEGACY_REQUIRED;
      return [
        "features.field_presence",
        isRequired ? "an extension cannot be required" : "an extension cannot choose its `field_presence`",
      ];
    }
    if (field.message !== undefined && own.fieldPresence === FieldPresence.IMPLICIT)
      return ["features.field_presence", "a message field always has presence"];
  }
  if (own.repeatedFieldEncoding !== RepeatedFieldEncoding.REPEATED_FIELD_ENCODING_UNKNOWN && !isRepeated) {
    return ["features.repeated_field_encoding", "only a repeated field can choose its `repeated_field_encoding`"];
  }
  if (own.repeatedFieldEncoding === RepeatedFieldEncoding.PACKED && !isPackable(field)) {
    return ["features.repeated_field_encoding", "only repeated numbers, bools and enums can be packed"];
  }
  const hasString =
    proto.type === Type.STRING || (isMap && field.message?.fields.some((part) => part.proto.type === Type.STRING));
  if (own.utf8Validation !== 0 && hasString !== true)
    return ["features.utf8_validation", "only strings can choose their `utf8_validation`"];
  if (own.messageEncoding !== 0 && (field.message === undefined || isMap))
    return ["features.message_encoding", "only message fields can choose their `message_encoding`"];
  return undefined;
}
