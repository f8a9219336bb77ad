import { clone } from "@bufbuild/protobuf";
import {
  type DescriptorProto,
  type FieldDescriptorProto,
  FeatureSet_FieldPresence as FieldPresence,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
} from "@bufbuild/protobuf/wkt";

/** Messages of these have forms of their own in JavaScript, which depend on their types. */
const WELL_KNOWN = "google/protobuf/";

/**
 * Descriptors by which texts can be read that protoc reads too, and a message in JavaScript could not hold: fields of type
 * `string` are `bytes`, as a text may hold bytes that are no UTF-8; maps are lists of their entries, as a text may have
 * several of one key; and nothing is required. The bytes of a message are the same by them.
 */
export function makeLenient(files: readonly FileDescriptorProto[]): FileDescriptorProto[] {
  return files.map((file) => {
    if (file.name.startsWith(WELL_KNOWN)) return file;
    const copy = clone(FileDescriptorProtoSchema, file);
    copy.extension.forEach(relaxField);
    copy.messageType.forEach(relaxMessage);
    return copy;
  });
}

function relaxMessage(message: DescriptorProto): void {
  if (message.options?.mapEntry === true) message.options.mapEntry = false;
  message.field.forEach(relaxField);
  message.extension.forEach(relaxField);
  message.nestedType.forEach(relaxMessage);
}

function relaxField(field: FieldDescriptorProto): void {
  // Its default may be no text of the other type, and is not looked at.
  delete (field as { defaultValue?: string }).defaultValue;
  if (field.type === Type.STRING) field.type = Type.BYTES;
  if (field.label === Label.REQUIRED) field.label = Label.OPTIONAL;
  const features = field.options?.features;
  if (features?.fieldPresence === FieldPresence.LEGACY_REQUIRED) features.fieldPresence = FieldPresence.EXPLICIT;
}
