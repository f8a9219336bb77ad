import { Speller } from "../diagnostics/index.ts";
import type { Definition, EnumDefinition, FieldDefinition, MessageDefinition } from "./definition.ts";
import { FileSet } from "./file-set.ts";
import type { LinkedFile } from "./linked-file.ts";

/** All that the files of one compilation define. A full name stands for one thing. */
export class Pool {
  /** Makes the suggestions for what is not found. */
  readonly speller: Speller = new Speller();
  readonly #files: (LinkedFile | undefined)[] = [];
  readonly #definitions = new Map<string, Definition>();
  /** A file that no other imports, and whose names therefore are free to those that do not ask for it. */
  unasked: LinkedFile | undefined;
  readonly #extensions = new Map<MessageDefinition, Map<number, FieldDefinition>>();
  #hasClashes = false;

  /**
   * Whether a name or the number of an extension was given twice. Files that do not import each other have no other way
   * to make a difference to each other.
   */
  get hasClashes(): boolean {
    return this.#hasClashes;
  }

  /** How many files were added, those included that were taken out again. */
  get fileCount(): number {
    return this.#files.length;
  }

  /** Makes a definition known. Returns the one that has its name already, if there is one: then nothing changes. */
  define(definition: Definition): Definition | undefined {
    const existing = this.#definitions.get(definition.fullName);
    const isTaken = existing !== undefined && !this.#isUnasked(existing);
    if (!isTaken) this.#definitions.set(definition.fullName, definition);
    if (existing !== undefined) this.#hasClashes = true;
    return isTaken ? existing : undefined;
  }

  #isUnasked(definition: Definition): boolean {
    if (this.unasked === undefined) return false;
    if (definition.kind !== "package") return definition.file === this.unasked;
    const [first, second] = definition.files.ordinals();
    return first === this.unasked.ordinal && second === undefined;
  }

  /** Makes `file` part of a package and of those above it. Returns a definition that has such a name but is none. */
  definePackage(name: string, file: LinkedFile): Definition | undefined {
    for (let end = name.length; end > 0; end = name.lastIndexOf(".", end - 1)) {
      const fullName = name.slice(0, end);
      const existing = this.#definitions.get(fullName);
      if (existing !== undefined && existing.kind !== "package") {
        this.#hasClashes = true;
        return existing;
      }
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
    else this.#hasClashes = true;
    return existing;
  }

  /** The extension of a message that has a number. */
  extension(extendee: MessageDefinition, number: number): FieldDefinition | undefined {
    return this.#extensions.get(extendee)?.get(number);
  }

  /** Adds a file, whose ordinal is how many there were before. */
  addFile(file: LinkedFile): void {
    this.#files[file.ordinal] = file;
  }

  /** The file that was linked behind so many others. */
  file(ordinal: number): LinkedFile | undefined {
    return this.#files[ordinal];
  }

  /**
   * Takes a file out, and all that it defines. Its packages stay, as if empty: that they are there makes a difference only
   * to what has the name of one, which then is a clash. No file that imports it may stay.
   */
  remove(file: LinkedFile): void {
    this.#files[file.ordinal] = undefined;
    const messages = [...file.messages];
    // The list grows while it is walked.
    for (const message of messages) {
      messages.push(...message.messages);
      this.#forget([message, ...message.fields, ...message.oneofs]);
      this.#removeEnums(message.enums);
      this.#removeExtensions(message.extensions);
      this.#extensions.delete(message);
    }
    this.#removeEnums(file.enums);
    this.#removeExtensions(file.extensions);
    for (const service of file.services) this.#forget([service, ...service.methods]);
  }

  #removeEnums(enums: readonly EnumDefinition[]): void {
    for (const enumeration of enums) this.#forget([enumeration, ...enumeration.values]);
  }

  #removeExtensions(extensions: readonly FieldDefinition[]): void {
    this.#forget(extensions);
    for (const extension of extensions) {
      const byNumber = extension.parent === undefined ? undefined : this.#extensions.get(extension.parent);
      if (byNumber?.get(extension.proto.number) === extension) byNumber.delete(extension.proto.number);
    }
  }

  #forget(definitions: readonly Definition[]): void {
    for (const definition of definitions) {
      if (this.#definitions.get(definition.fullName) === definition) this.#definitions.delete(definition.fullName);
    }
  }
}
