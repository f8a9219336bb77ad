import { create, createFileRegistry, type DescFile, type DescMessage } from "@bufbuild/protobuf";
import {
  type FileDescriptorProto,
  FileDescriptorSetSchema,
  file_google_protobuf_any,
  file_google_protobuf_descriptor,
  file_google_protobuf_duration,
  file_google_protobuf_field_mask,
  file_google_protobuf_struct,
  file_google_protobuf_wrappers,
} from "@bufbuild/protobuf/wkt";
import { registerCodec, type TypeCode, type TypeRuntime } from "../compiled/index.ts";
import { createCodec, type MessageCodec } from "../create-codec.ts";
import { emitFunction, fingerprintOf } from "../emit/index.ts";
import { compileType } from "./compile-type.ts";

const WELL_KNOWN = [
  file_google_protobuf_any,
  file_google_protobuf_descriptor,
  file_google_protobuf_duration,
  file_google_protobuf_field_mask,
  file_google_protobuf_struct,
  file_google_protobuf_wrappers,
].map(({ proto }) => proto);

/** A way for a codec to come by its code. */
export interface Outlet {
  readonly kind: MessageCodec["kind"];
  codec(schema: DescMessage): MessageCodec;
}

/**
 * All outlets, for the types of these files and for well-known ones. Each has descriptors of its own, as code is kept with
 * them.
 */
export function createOutlets(...files: readonly FileDescriptorProto[]): readonly Outlet[] {
  const copy = (): ReturnType<typeof createFileRegistry> =>
    createFileRegistry(create(FileDescriptorSetSchema, { file: [...WELL_KNOWN, ...files] }));
  const outlet = (kind: Outlet["kind"], registry = copy()): Outlet => ({
    kind,
    codec: ({ typeName }) => {
      const schema = registry.getMessage(typeName);
      if (schema === undefined) throw new Error(`there is no ${typeName}`);
      if (kind === "compiled") compileType(schema);
      return createCodec(schema, { codecs: kind === "interpreted" ? "interpreted" : "compiled" });
    },
  });
  const generated = copy();
  for (const file of generated.files) registerFile(file);
  return [outlet("compiled"), outlet("ahead-of-time", generated), outlet("interpreted")];
}

/** Does what a file does that `gannet gen --codecs` writes. */
export function registerFile(file: DescFile): void {
  const messages = [...file.messages];
  // The list grows while it is walked.
  for (const schema of messages) {
    messages.push(...schema.nestedMessages);
    registerCodec(schema, fingerprintOf(schema), evaluate(emitFunction(schema, "js")));
  }
}

function evaluate(text: string): (runtime: TypeRuntime) => TypeCode {
  return new Function(`return ${text};`)() as (runtime: TypeRuntime) => TypeCode;
}
