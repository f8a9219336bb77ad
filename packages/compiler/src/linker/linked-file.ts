import type { Message } from "@bufbuild/protobuf";
import type { EnumValueDescriptorProto, FieldDescriptorProto, FileDescriptorProto } from "@bufbuild/protobuf/wkt";
import type {
  EnumNode,
  FieldNode,
  IntegerNode,
  MessageNode,
  NameNode,
  Node,
  OptionNode,
  StringNode,
} from "../ast/index.ts";
import type { LoweredFile, OptionsOwner } from "../descriptor/index.ts";
import type { DiagnosticList, DiagnosticNote } from "../diagnostics/index.ts";
import type { EnumDefinition, FieldDefinition, MessageDefinition, ServiceDefinition } from "./definition.ts";
import { FileSet } from "./file-set.ts";

/** What a linked file is made from. */
export interface LinkedFileInit {
  /** How many files of the compilation were linked before this one. */
  readonly ordinal: number;
  readonly proto: FileDescriptorProto;
  /** Undefined for a file that came as a descriptor. */
  readonly lowered: LoweredFile | undefined;
  /** The options of its elements that are to be interpreted. */
  readonly options: ReadonlyMap<OptionsOwner, readonly OptionNode[]>;
  /** The files it imports, in order; `undefined` for one that was not found. */
  readonly imports: readonly (LinkedFile | undefined)[];
  /** The files it imports for their options only. */
  readonly optionImports: readonly (LinkedFile | undefined)[];
  /** Whether the file was asked for, rather than imported by one that was. */
  readonly isRequested: boolean;
  readonly diagnostics: DiagnosticList;
}

/** A file whose definitions are known to the pool, and what it may see of others. */
export class LinkedFile {
  readonly ordinal: number;
  readonly proto: FileDescriptorProto;
  /** Undefined for a file that came as a descriptor. */
  readonly lowered: LoweredFile | undefined;
  /** The files it imports, as far as they were found: in order, `undefined` for one that was not. */
  readonly imports: readonly (LinkedFile | undefined)[];
  /** The files it imports for their options only, in the same way. */
  readonly importedForOptions: readonly (LinkedFile | undefined)[];
  /** Whether it was asked for, rather than imported by a file that was: some rules hold for those only, as in protoc. */
  readonly isRequested: boolean;
  /** This file, those it imports, and those they import publicly. */
  readonly visible: FileSet = new FileSet();
  /** Files imported for their options only, and those they import publicly. */
  readonly optionImports: FileSet = new FileSet();
  /** What is seen by a file that imports this one: this file, and what it imports publicly. */
  readonly #shown = new FileSet();
  readonly messages: MessageDefinition[] = [];
  readonly enums: EnumDefinition[] = [];
  readonly extensions: FieldDefinition[] = [];
  readonly services: ServiceDefinition[] = [];
  /** The files that something in this one refers to. */
  readonly used: Set<LinkedFile> = new Set();
  /**
   * Whether a name that is not found may be missing only because something else is broken: a statement that could not
   * be read, or an import that was not found.
   */
  readonly isIncomplete: boolean;
  /** The full name of what is being looked at: an error names it where there is no text to point at. */
  subject = "";
  readonly #options: ReadonlyMap<OptionsOwner, readonly OptionNode[]>;
  readonly #diagnostics: DiagnosticList;

  constructor(init: LinkedFileInit) {
    const { ordinal, proto, lowered, options, imports, optionImports, isRequested, diagnostics } = init;
    this.ordinal = ordinal;
    this.proto = proto;
    this.lowered = lowered;
    this.imports = imports;
    this.importedForOptions = optionImports;
    this.isRequested = isRequested;
    const isWhole = lowered?.tree.complete ?? true;
    this.isIncomplete = !isWhole || imports.some((file) => file === undefined || file.isIncomplete);
    this.#options = options;
    this.#diagnostics = diagnostics;
    this.#shown.add(this);
    for (const file of proto.publicDependency.map((index) => imports[index]))
      if (file !== undefined) this.#shown.addAll(file.#shown);
    this.visible.add(this);
    for (const file of imports) if (file !== undefined) this.visible.addAll(file.#shown);
    for (const file of optionImports) if (file !== undefined) this.optionImports.addAll(file.#shown);
  }

  get path(): string {
    return this.proto.name;
  }

  /** Whether an error was reported about this file. */
  get hasErrors(): boolean {
    return this.#diagnostics.hasErrors;
  }

  node(proto: Message): Node | undefined {
    return this.lowered?.nodes.get(proto);
  }

  /** The name of an element as it stands in the text; the whole element where it has none. */
  nameNode(proto: Message): Node | undefined {
    const node = this.node(proto) as (Node & { readonly name?: NameNode }) | undefined;
    return node?.name ?? node;
  }

  options(proto: OptionsOwner): readonly OptionNode[] {
    return this.#options.get(proto) ?? [];
  }

  /** The number of a field as it stands in the text; the whole element where it has none. */
  numberNode(proto: FieldDescriptorProto): Node | undefined {
    const node = this.node(proto) as (Node & { readonly number?: Node }) | undefined;
    return node?.number ?? node;
  }

  /** Whether the number of a field or enum value is as written: 0 stands for one that is missing or cannot be. */
  isNumberKnown(proto: FieldDescriptorProto | EnumValueDescriptorProto): boolean {
    const node = this.node(proto) as (Node & { readonly number?: IntegerNode }) | undefined;
    return (
      node?.number === undefined || (node.number.problem === undefined && node.number.value === BigInt(proto.number))
    );
  }

  /** The names that an element reserves, in order, as they stand in the text. */
  reservedNames(proto: Message): readonly StringNode[] {
    const node = this.node(proto) as MessageNode | EnumNode | FieldNode | undefined;
    const elements =
      node?.kind === "enum" ? node.elements : node?.kind === "field" ? node.group?.elements : node?.body.elements;
    return (elements ?? []).flatMap((element) => (element.kind === "reserved" ? element.names : []));
  }

  /** Reports an error. A file that came as a descriptor has no place to point at, so that `subject` is named. */
  error(
    node: Node | undefined,
    id: string,
    message: string,
    extras?: { hint?: string | undefined; notes?: readonly DiagnosticNote[] },
  ): void {
    const { lowered } = this;
    if (lowered === undefined) {
      const isNamed = this.subject === "" || message.includes(`\`${this.subject}\``);
      this.#diagnostics.fileError(this.path, id, isNamed ? message : `\`${this.subject}\`: ${message}`, extras);
      return;
    }
    const span = node === undefined ? { start: 0, end: 0 } : lowered.tokens.span(node.first, node.last);
    this.#diagnostics.error(lowered.source, span, id, message, extras);
  }

  warning(
    node: Node | undefined,
    id: string,
    message: string,
    extras?: { hint?: string | undefined; notes?: readonly DiagnosticNote[] },
  ): void {
    const { lowered } = this;
    if (lowered === undefined || node === undefined) return;
    this.#diagnostics.warning(lowered.source, lowered.tokens.span(node.first, node.last), id, message, extras);
  }

  /** A note that points at the name of an element of this file; none where there is no text to point at. */
  noteAt(proto: Message, message: string): DiagnosticNote[] {
    return this.noteAtNode(this.nameNode(proto), message);
  }

  /** A note that points at a place in this file. */
  noteAtNode(node: Node | undefined, message: string): DiagnosticNote[] {
    if (this.lowered === undefined || node === undefined) return [];
    const { source, tokens } = this.lowered;
    return [{ message, source, span: tokens.span(node.first, node.last) }];
  }
}
