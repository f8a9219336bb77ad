import { FieldDescriptorProto_Label as Label, FieldDescriptorProto_Type as Type } from "@bufbuild/protobuf/wkt";
import type { FieldNode, Node } from "../ast/index.ts";
import { nameOfType } from "../descriptor/index.ts";
import type { FieldDefinition, LinkedFile, MessageDefinition } from "../linker/index.ts";

const NO_KEYS: ReadonlySet<Type> = new Set([Type.FLOAT, Type.DOUBLE, Type.BYTES, Type.MESSAGE, Type.GROUP, Type.ENUM]);

/** Checks the types of a map's keys and values. */
export function checkMapField(file: LinkedFile, field: FieldDefinition, node: FieldNode | undefined): void {
  const [key, value] = field.message?.fields ?? [];
  if (file.lowered === undefined && (field.message === undefined || !isEntry(field.message)))
    file.error(
      undefined,
      "descriptor-invalid",
      `\`${field.message?.fullName}\` has \`map_entry\`, and is not as the entry of a map is`,
    );
  const type = node?.type.kind === "map" ? node.type : undefined;
  // One that has neither type nor name, as only a descriptor may, is a double by default.
  const isKnown = key !== undefined && (key.proto.typeName === "" || Object.hasOwn(key.proto, "type"));
  if (isKnown && NO_KEYS.has(key.proto.type)) {
    const what =
      key.message === undefined && key.enum === undefined
        ? nameOfType(key.proto.type)
        : `the ${nameOfType(key.proto.type)} \`${type?.key.text ?? key.proto.typeName}\``;
    const place: Node | undefined = type?.key ?? node;
    file.error(place, "map-key", `the keys of a map cannot be ${what}`, {
      hint: "keys are integers, bools or strings",
    });
  }
  const firstValue = value?.enum?.values[0];
  if (firstValue !== undefined && firstValue.proto.number !== 0) {
    file.error(
      type?.value ?? node,
      "map-value-enum",
      `the first value of \`${value?.enum?.fullName}\`, the values of this map, must be 0`,
      { notes: value?.enum?.file.noteAt(firstValue.proto, "its first value is here") ?? [] },
    );
  }
}

/** Whether a message is what a map makes of itself: a key and a value. */
function isEntry({ proto }: MessageDefinition): boolean {
  const parts = proto.field.map(({ name, number, label }) => `${label === Label.OPTIONAL ? name : ""} ${number}`);
  const others = [proto.nestedType, proto.enumType, proto.extension, proto.extensionRange];
  return parts.join() === "key 1,value 2" && others.every((list) => list.length === 0);
}
