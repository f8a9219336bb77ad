import type { FieldDefinition } from "../linker/index.ts";

/** The field of a map's entry that the map maps to; undefined for a field that is no map. */
export function mapValueOf({ message }: FieldDefinition): FieldDefinition | undefined {
  return message?.proto.options?.mapEntry === true ? message.fields[1] : undefined;
}
