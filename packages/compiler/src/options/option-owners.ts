import type { Message } from "@bufbuild/protobuf";
import type { GenMessage } from "@bufbuild/protobuf/codegenv2";
import {
  EnumOptionsSchema,
  EnumValueOptionsSchema,
  ExtensionRangeOptionsSchema,
  FieldOptionsSchema,
  FileOptionsSchema,
  MessageOptionsSchema,
  MethodOptionsSchema,
  OneofOptionsSchema,
  ServiceOptionsSchema,
  FieldOptions_OptionTargetType as Target,
} from "@bufbuild/protobuf/wkt";
import type { OptionsOwner } from "../descriptor/index.ts";
import type { EnumDefinition, FieldDefinition, LinkedFile, MessageDefinition } from "../linker/index.ts";

/** An element that has options, in the text or in the descriptor that it came in. */
export interface OwnerWithOptions {
  readonly proto: OptionsOwner;
  /** Names in options are looked up from here: the full name of the element. */
  readonly scope: string;
  readonly schema: GenMessage<Message>;
  /** What the element is, for options that are meant for some elements only. */
  readonly target: Target;
}

/** Every element of a file that has options, in the order in which protoc interprets them. */
export function ownersWithOptions(file: LinkedFile): OwnerWithOptions[] {
  const found: OwnerWithOptions[] = [];
  const isGiven = file.lowered === undefined;
  const add = (proto: OptionsOwner, scope: string, schema: GenMessage<Message>, target: Target): void => {
    if (file.options(proto).length > 0 || (isGiven && proto.options !== undefined))
      found.push({ proto, scope, schema, target });
  };
  const addField = (field: FieldDefinition): void =>
    add(field.proto, field.fullName, FieldOptionsSchema, Target.TARGET_TYPE_FIELD);
  const addEnum = (enumeration: EnumDefinition): void => {
    for (const value of enumeration.values)
      add(value.proto, value.fullName, EnumValueOptionsSchema, Target.TARGET_TYPE_ENUM_ENTRY);
    add(enumeration.proto, enumeration.fullName, EnumOptionsSchema, Target.TARGET_TYPE_ENUM);
  };
  const addMessage = (message: MessageDefinition): void => {
    for (const oneof of message.oneofs) add(oneof.proto, oneof.fullName, OneofOptionsSchema, Target.TARGET_TYPE_ONEOF);
    for (const field of message.fields) addField(field);
    for (const enumeration of message.enums) addEnum(enumeration);
    for (const range of message.proto.extensionRange)
      add(range, message.fullName, ExtensionRangeOptionsSchema, Target.TARGET_TYPE_EXTENSION_RANGE);
    for (const extension of message.extensions) addField(extension);
    add(message.proto, message.fullName, MessageOptionsSchema, Target.TARGET_TYPE_MESSAGE);
    for (const nested of message.messages) addMessage(nested);
  };
  for (const message of file.messages) addMessage(message);
  for (const enumeration of file.enums) addEnum(enumeration);
  for (const service of file.services) {
    for (const method of service.methods)
      add(method.proto, method.fullName, MethodOptionsSchema, Target.TARGET_TYPE_METHOD);
    add(service.proto, service.fullName, ServiceOptionsSchema, Target.TARGET_TYPE_SERVICE);
  }
  for (const extension of file.extensions) addField(extension);
  // A file has no name to look up from: any name in its package will do.
  add(
    file.proto,
    `${file.proto.package === "" ? "" : `${file.proto.package}.`}-`,
    FileOptionsSchema,
    Target.TARGET_TYPE_FILE,
  );
  return found;
}
