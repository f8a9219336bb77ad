import type { Message } from "@bufbuild/protobuf";
import { Edition, type FieldDescriptorProto } from "@bufbuild/protobuf/wkt";
import type { NameNode, Node, OptionNode } from "../ast/index.ts";
import type { DiagnosticList, DiagnosticNote } from "../diagnostics/index.ts";
import type { TokenList } from "../lexer/index.ts";
import type { OptionsOwner } from "./lowered-file.ts";

const MAX_INT32 = 0x7fffffffn;
const MIN_INT32 = -0x80000000n;

/** What lowering one file carries along: which language it is in, where findings go, and the way back to the nodes. */
export class Lowering {
  readonly tokens: TokenList;
  readonly nodes: Map<Message, Node> = new Map();
  readonly extendees: Map<FieldDescriptorProto, NameNode> = new Map();
  readonly options: Map<OptionsOwner, readonly OptionNode[]> = new Map();
  readonly #diagnostics: DiagnosticList;
  edition: Edition = Edition.EDITION_PROTO2;

  constructor(tokens: TokenList, diagnostics: DiagnosticList) {
    this.tokens = tokens;
    this.#diagnostics = diagnostics;
  }

  get isProto2(): boolean {
    return this.edition === Edition.EDITION_PROTO2;
  }

  get isProto3(): boolean {
    return this.edition === Edition.EDITION_PROTO3;
  }

  /** Whether the file says `edition` rather than `syntax`. */
  get isEditions(): boolean {
    return this.edition >= Edition.EDITION_2023;
  }

  error(
    node: Node,
    id: string,
    message: string,
    extras?: { hint?: string | undefined; notes?: readonly DiagnosticNote[] },
  ): void {
    const isBroken = this.tokens.isBroken(node.first) || this.tokens.isBroken(node.last);
    if (!isBroken)
      this.#diagnostics.error(this.tokens.source, this.tokens.span(node.first, node.last), id, message, extras);
  }

  warning(node: Node, id: string, message: string, extras?: { hint?: string | undefined }): void {
    this.#diagnostics.warning(this.tokens.source, this.tokens.span(node.first, node.last), id, message, extras);
  }

  /** A note that points at a node. */
  noteAt(node: Node, message: string): DiagnosticNote {
    return { message, source: this.tokens.source, span: this.tokens.span(node.first, node.last) };
  }

  /** The text of a node as it stands in the file. */
  textOf(node: Node): string {
    const { start, end } = this.tokens.span(node.first, node.last);
    return this.tokens.source.text.slice(start, end);
  }

  /** The value as an int32; where it is none, reports that and gives 0. */
  int32(node: Node, value: bigint): number {
    if (value <= MAX_INT32 && value >= MIN_INT32) return Number(value);
    this.error(node, "number-range", `${this.textOf(node)} does not fit 32 bits`, {
      hint: "fields have numbers up to 536870911, and values of enums up to 2147483647",
    });
    return 0;
  }

  /** Remembers what `proto` was made from. */
  record<T extends Message>(proto: T, node: Node): T {
    this.nodes.set(proto, node);
    return proto;
  }
}
