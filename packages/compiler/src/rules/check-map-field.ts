import { FieldDescriptorProto_Type as Type } from "@bufbuild/protobuf/wkt";
import type { FieldNode, Node } from "../ast/index.ts";
import { nameOfType } from "../descriptor/index.ts";
import type { FieldDefinition, LinkedFile } from "../linker/index.ts";

const NO_KEYS: ReadonlySet<Type> = new Set([Type.FLOAT, Type.DOUBLE, Type.BYTES, Type.MESSAGE, Type.GROUP, Type.ENUM]);

/** Checks the types of a map's keys and values. */
export function checkMapField(file: LinkedFile, field: FieldDefinition, node: FieldNode | undefined): void {
  const [key, value] = field.message?.fields ?? [];
  const type = node?.type.kind === "map" ? node.type : undefined;
  const isKnown = key !== undefined && Object.hasOwn(key.proto, "type");
  if (isKnown && NO_KEYS.has(key.proto.type)) {
    const what =
      key.message === undefined && key.enum === undefined
        ? nameOfType(key.proto.type)
        : `the ${nameOfType(key.proto.type)} \`${type?.key.text}\``;
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
