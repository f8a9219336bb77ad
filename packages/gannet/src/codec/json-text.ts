import { type DescMessage, fromJsonString, type Message, type Registry, toJsonString } from "@bufbuild/protobuf";

// In a file of its own, as the published bundle evaluates it, and the descriptors of well-known types with it, at the
// first call.

/** As deep as in binary: a message with 100 in it, one in the other. */
const RECURSION_LIMIT = 101;

/** A message as protobuf's JSON (ProtoJSON). */
export function writeJsonText(schema: DescMessage, message: Message, registry: Registry | undefined): string {
  return toJsonString(schema, message, optionsOf(registry));
}

/** @throws Error for what is no JSON, or not of this type */
export function readJsonText(schema: DescMessage, json: string, registry: Registry | undefined): Message {
  // As in binary: who was built with a newer type may talk to who was not.
  return fromJsonString(schema, json, {
    ignoreUnknownFields: true,
    recursionLimit: RECURSION_LIMIT,
    ...optionsOf(registry),
  });
}

function optionsOf(registry: Registry | undefined): { readonly registry?: Registry } {
  return registry === undefined ? {} : { registry };
}
