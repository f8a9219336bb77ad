import { readFileSync } from "node:fs";
import { fromBinary } from "@bufbuild/protobuf";
import { type FileDescriptorProto, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { describeSystemError, type Report } from "../report/index.ts";

/** The descriptors in files that hold a FileDescriptorSet, by import path. Of several for one path the first counts. */
export function readDescriptorSets(files: readonly string[], report: Report): ReadonlyMap<string, FileDescriptorProto> {
  const descriptors = new Map<string, FileDescriptorProto>();
  for (const file of files) {
    for (const descriptor of readSet(file, report)) {
      if (!descriptors.has(descriptor.name)) descriptors.set(descriptor.name, descriptor);
    }
  }
  return descriptors;
}

function readSet(file: string, report: Report): readonly FileDescriptorProto[] {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    const message = `these descriptors cannot be read: ${describeSystemError(error)}`;
    report.error({ id: "descriptor-set-unreadable", place: file, message });
    return [];
  }
  try {
    return fromBinary(FileDescriptorSetSchema, bytes).file;
  } catch {
    const message = "this is no FileDescriptorSet";
    const hint = "--descriptor_set_out writes one; with --include_imports it has all that is needed";
    report.error({ id: "descriptor-set-invalid", place: file, message, hint });
    return [];
  }
}
