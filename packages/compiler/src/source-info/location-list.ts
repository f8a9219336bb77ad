import { create } from "@bufbuild/protobuf";
import { type SourceCodeInfo_Location, SourceCodeInfo_LocationSchema } from "@bufbuild/protobuf/wkt";
import type { Node } from "../ast/index.ts";
import type { TokenList } from "../lexer/index.ts";
import { readComments } from "./comments.ts";

/** Where an element is within a FileDescriptorProto: field numbers, with an index behind repeated ones. */
export type Path = readonly number[];

/** The locations of a file, in the order in which protoc makes them. */
export class LocationList {
  readonly all: SourceCodeInfo_Location[] = [];
  readonly #tokens: TokenList;
  #leading: string;
  #detached: readonly string[];

  constructor(tokens: TokenList) {
    this.#tokens = tokens;
    const { leading, detached } = readComments(tokens, -1);
    this.#leading = leading;
    this.#detached = detached;
  }

  /** Adds a location for the tokens `first` to `last`. */
  add(path: Path, first: number, last: number): SourceCodeInfo_Location {
    const { source } = this.#tokens;
    const startLine = this.#tokens.line(first);
    const startColumn = source.columnAt(startLine, this.#tokens.start(first));
    const end = this.#tokens.end(last);
    const endLine = source.lineAt(end);
    const endColumn = source.columnAt(endLine, end);
    const location = create(SourceCodeInfo_LocationSchema);
    location.path = path as number[];
    location.span =
      startLine === endLine ? [startLine, startColumn, endColumn] : [startLine, startColumn, endLine, endColumn];
    this.all.push(location);
    return location;
  }

  addNode(path: Path, node: Node): SourceCodeInfo_Location {
    return this.add(path, node.first, node.last);
  }

  /**
   * Passes the token that ends a declaration, or the head of one that has a body. Comments collected before it lead
   * `location`; those behind it trail it, or are kept for the next. To be called in the order of the text.
   */
  endDeclaration(token: number, location: SourceCodeInfo_Location): void {
    const comments = readComments(this.#tokens, token);
    if (this.#leading !== "") location.leadingComments = this.#leading;
    if (comments.trailing !== "") location.trailingComments = comments.trailing;
    if (this.#detached.length > 0) location.leadingDetachedComments = [...this.#detached];
    this.#leading = comments.leading;
    this.#detached = comments.detached;
  }

  /** Passes the brace that ends a body: comments before it belong to nothing behind it. */
  endBody(token: number): void {
    const comments = readComments(this.#tokens, token);
    this.#leading = comments.leading;
    this.#detached = comments.detached;
  }

  /** Passes a semicolon that ends nothing. */
  endEmpty(token: number): void {
    const comments = readComments(this.#tokens, token);
    this.#leading = comments.leading;
    this.#detached = [...this.#detached, ...comments.detached];
  }
}
