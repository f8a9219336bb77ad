import { Speller } from "../diagnostics/index.ts";
import type { Definition, FieldDefinition, MessageDefinition } from "./definition.ts";
import { FileSet } from "./file-set.ts";
import type { LinkedFile } from "./linked-file.ts";

/** All that the files of one compilation define. A full name stands for one thing. */
export class Pool {
  /** Makes the suggestions for what is not found. */
  readonly speller: Speller = new Speller();
  readonly #files: LinkedFile[] = [];
  readonly #definitions = new Map<string, Definition>();
  readonly #extensions = new Map<MessageDefinition, Map<number, FieldDefinition>>();

  /** Makes a definition known. Returns the one that has its name already, if there is one: then nothing changes. */
  define(definition: Definition): Definition | undefined {
    const existing = this.#definitions.get(definition.fullName);
    if (existing === undefined) this.#definitions.set(definition.fullName, definition);
    return existing;
  }

  /** Makes `file` part of a package and of those above it. Returns a definition that has such a name but is none. */
  definePackage(name: string, file: LinkedFile): Definition | undefined {
    for (let end = name.length; end > 0; end = name.lastIndexOf(".", end - 1)) {
      const fullName = name.slice(0, end);
      const existing = this.#definitions.get(fullName);
      if (existing !== undefined && existing.kind !== "package") return existing;
      const files = existing?.files ?? new FileSet();
      files.add(file);
      if (existing === undefined) this.#definitions.set(fullName, { kind: "package", fullName, files });
    }
    return undefined;
  }

  /** What has this full name, visible or not. */
  get(fullName: string): Definition | undefined {
    return this.#definitions.get(fullName);
  }

  /** Makes an extension known under its number. Returns the one that has it already, if there is one. */
  defineExtension(extendee: MessageDefinition, extension: FieldDefinition): FieldDefinition | undefined {
    let byNumber = this.#extensions.get(extendee);
    if (byNumber === undefined) {
      byNumber = new Map();
      this.#extensions.set(extendee, byNumber);
    }
    const existing = byNumber.get(extension.proto.number);
    if (existing === undefined) byNumber.set(extension.proto.number, extension);
    return existing;
  }

  addFile(file: LinkedFile): void {
    this.#files[file.ordinal] = file;
  }

  /** The file that was linked behind so many others. */
  file(ordinal: number): LinkedFile | undefined {
    return this.#files[ordinal];
  }
}
