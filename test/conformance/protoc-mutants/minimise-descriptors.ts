import { clearField, clone } from "@bufbuild/protobuf";
import { type FileDescriptorProto, FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { isRequired, isSet, listAt, listPlaces } from "./descriptor-victim.ts";

const MAX_TRIALS = 1_000;

type Files = readonly FileDescriptorProto[];

/** Takes away from descriptors what can be taken while they still `fail`: whole files, elements, and fields. */
export async function minimiseDescriptors(files: Files, fails: (files: Files) => Promise<boolean>): Promise<Files> {
  let least = files;
  let trials = 0;
  const take = async (fewer: Files): Promise<boolean> => {
    if (trials++ >= MAX_TRIALS || !(await fails(fewer))) return false;
    least = fewer;
    return true;
  };
  // The last one is the file that is compiled.
  for (let at = files.length - 2; at >= 0; at--) await take(least.filter((file) => file !== files[at]));
  for (let hasShrunk = true; hasShrunk; ) {
    hasShrunk = false;
    for (let at = 0; at < least.length; at++) {
      for (let step = 0; ; ) {
        const fewer = withoutStep(least[at] as FileDescriptorProto, step);
        if (fewer === undefined) break;
        if (await take(least.with(at, fewer))) hasShrunk = true;
        else step++;
      }
    }
    if (trials >= MAX_TRIALS) break;
  }
  return least;
}

/** A copy of a descriptor without its `step`-th part, of those that there are: an element of a list, or a field. */
function withoutStep(file: FileDescriptorProto, step: number): FileDescriptorProto | undefined {
  const copy = clone(FileDescriptorProtoSchema, file);
  let left = step;
  for (const place of listPlaces(copy)) {
    if (!isSet(place) || place.field.name === "name" || isRequired(place.field)) continue;
    const parts = place.field.fieldKind === "list" ? listAt(place).length : 1;
    if (left >= parts) {
      left -= parts;
      continue;
    }
    if (place.field.fieldKind === "list") listAt(place).splice(left, 1);
    else clearField(place.message, place.field);
    return copy;
  }
  return undefined;
}
