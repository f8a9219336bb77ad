import {
  type DescriptorProto,
  Edition,
  type EnumDescriptorProto,
  type FieldDescriptorProto,
  type FileDescriptorProto,
  SymbolVisibility,
} from "@bufbuild/protobuf/wkt";

/** Writes what a descriptor says that was given in place of a text in the way of protoc, with what holds by default. */
export function completeDescriptor(file: FileDescriptorProto): void {
  completeSyntax(file);
  if (file.package === "") leaveOut(file, "package");
  file.messageType.forEach(completeMessage);
  file.enumType.forEach(completeEnum);
  file.extension.forEach(completeField);
  for (const method of file.service.flatMap((service) => service.method)) {
    if (!method.clientStreaming) leaveOut(method, "clientStreaming");
    if (!method.serverStreaming) leaveOut(method, "serverStreaming");
  }
}

/** An edition counts whatever the syntax says, and proto2 and proto3 are not written as editions. */
function completeSyntax(file: FileDescriptorProto): void {
  const { edition } = file;
  if (edition >= Edition.EDITION_2023) {
    file.syntax = "editions";
    return;
  }
  const isProto3 =
    edition === Edition.EDITION_PROTO3 || (edition === Edition.EDITION_UNKNOWN && file.syntax === "proto3");
  if (isProto3) file.syntax = "proto3";
  else leaveOut(file, "syntax");
  leaveOut(file, "edition");
}

function completeMessage(message: DescriptorProto): void {
  completeVisibility(message);
  message.field.forEach(completeField);
  message.extension.forEach(completeField);
  message.enumType.forEach(completeEnum);
  message.nestedType.forEach(completeMessage);
}

function completeEnum(enumeration: EnumDescriptorProto): void {
  completeVisibility(enumeration);
  for (const value of enumeration.value) {
    const { number } = value;
    value.number = number;
  }
}

function completeVisibility(element: DescriptorProto | EnumDescriptorProto): void {
  if (element.visibility === SymbolVisibility.VISIBILITY_UNSET) leaveOut(element, "visibility");
}

function completeField(field: FieldDescriptorProto): void {
  // Reading gives the defaults, and only what is a property of its own is written.
  const { number, label, type, typeName } = field;
  // It is a double then, and protoc does not read what it says.
  const hasNoType = !Object.hasOwn(field, "type") && typeName === "";
  if (hasNoType && Object.hasOwn(field, "defaultValue")) field.defaultValue = "0";
  Object.assign(field, { number, label, type });
  if (!field.proto3Optional) leaveOut(field, "proto3Optional");
}

function leaveOut<T extends object>(message: T, field: keyof T & string): void {
  Reflect.deleteProperty(message, field);
}
