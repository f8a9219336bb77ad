import type { FileDescriptorProto } from "@bufbuild/protobuf/wkt";
import type { Original } from "./material.ts";

/**
 * How both compilers come by a broken file: it is named on the command line, or a file imports it that is, or it is among
 * descriptors that stand for texts (`--descriptor_set_in`).
 */
export const FORMS = ["named", "imported", "descriptor"] as const;

export type Form = (typeof FORMS)[number];

/** A broken file. */
export type Mutant = BrokenText | BrokenDescriptors;

interface Broken {
  readonly original: Original;
  /** The ways in which it was broken, the first one first. */
  readonly kinds: readonly string[];
}

export interface BrokenText extends Broken {
  readonly form: "named" | "imported";
  readonly text: string;
  /** The file that imports it, and that is compiled. */
  readonly importer?: string | undefined;
}

export interface BrokenDescriptors extends Broken {
  readonly form: "descriptor";
  /** Of the file and all that it imports, which are broken as well now and then. */
  readonly files: readonly FileDescriptorProto[];
}
