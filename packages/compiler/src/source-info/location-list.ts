import type { Node } from "../ast/index.ts";
import type { TokenList } from "../lexer/index.ts";
import { readComments } from "./comments.ts";
import { LocationBuffer } from "./location-buffer.ts";

/** Where an element is within a FileDescriptorProto: field numbers, with an index behind repeated ones. */
export type Path = readonly number[];

/** The locations of a file, in the order in which protoc makes them. One is named by its index. */
export class LocationList {
  readonly #buffer = new LocationBuffer();
  readonly #tokens: TokenList;
  #leading: string;
  #detached: readonly string[];

  constructor(tokens: TokenList) {
    this.#tokens = tokens;
    const { leading, detached } = readComments(tokens, -1);
    this.#leading = leading;
    this.#detached = detached;
  }

  /** Adds a location for the text from `start` to `end`: of what has the path, or, where `part` is given, of that in it. */
  addText(path: Path, start: number, end: number, part?: number): number {
    const { source } = this.#tokens;
    const startLine = source.lineAt(start);
    const startColumn = source.columnAt(startLine, start);
    const endLine = source.lineAt(end);
    const endColumn = source.columnAt(endLine, end);
    const span =
      startLine === endLine ? [startLine, startColumn, endColumn] : [startLine, startColumn, endLine, endColumn];
    return this.#buffer.add(path, part, span);
  }

  /** Adds a location for the tokens `first` to `last`. */
  add(path: Path, first: number, last: number): number {
    return this.addText(path, this.#tokens.start(first), this.#tokens.end(last));
  }

  addNode(path: Path, node: Node): number {
    return this.add(path, node.first, node.last);
  }

  /** Adds a location for a part of what has the path, by the number of its field or its index. */
  addPart(path: Path, part: number, node: Node): number {
    return this.addText(path, this.#tokens.start(node.first), this.#tokens.end(node.last), part);
  }

  /**
   * Passes the token that ends a declaration, or the head of one that has a body. Comments collected before it lead
   * `location`; those behind it trail it, or are kept for the next. To be called in the order of the text.
   */
  endDeclaration(token: number, location: number): void {
    const comments = readComments(this.#tokens, token);
    this.#buffer.setComments(location, this.#leading, comments.trailing, this.#detached);
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

  /** All locations, as bytes of a SourceCodeInfo. */
  finish(): Uint8Array {
    return this.#buffer.finish();
  }
}
