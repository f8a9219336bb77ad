import { create, toJsonString } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import type { Mutant } from "./mutant.ts";

/** A mutant for people to read: its text, behind that of the file that imports it if one does, or its descriptors as JSON. */
export function showMutant(mutant: Mutant): string {
  if (mutant.form === "descriptor") {
    const set = create(FileDescriptorSetSchema, { file: [...mutant.files] });
    return toJsonString(FileDescriptorSetSchema, set, { prettySpaces: 1 });
  }
  if (mutant.importer === undefined) return mutant.text;
  return `// The file that is compiled:\n${mutant.importer}\n// ${mutant.original.path}:\n${mutant.text}`;
}
