/** What a piece of a .proto file is. `other` is a character that no token starts with. */
export type PieceKind = "space" | "comment" | "word" | "number" | "string" | "symbol" | "other";

/** A token, or what stands between two. All pieces of a file together are its text. */
export interface Piece {
  readonly kind: PieceKind;
  readonly text: string;
}

// Written for this, so that a slip in the compiler's own lexer is none here as well.
const PIECE =
  /(?<space>[ \t\r\n\f\v]+)|(?<comment>\/\/[^\n]*|\/\*[\s\S]*?\*\/)|(?<word>[A-Za-z_]\w*)|(?<number>\.?\d(?:[eE][+-]|[\w.])*)|(?<string>"(?:\\[\s\S]|[^"\\\n])*"?|'(?:\\[\s\S]|[^'\\\n])*'?)|(?<symbol>[!-/:-@[-`{-~])|(?<other>[\s\S])/y;
const KINDS = ["space", "comment", "word", "number", "string", "symbol", "other"] as const;

/** Splits a text into tokens and what is between them. */
export function splitPieces(text: string): Piece[] {
  const pieces: Piece[] = [];
  PIECE.lastIndex = 0;
  for (let match = PIECE.exec(text); match !== null; match = PIECE.exec(text)) {
    const kind = KINDS.find((one) => match?.groups?.[one] !== undefined) ?? "other";
    pieces.push({ kind, text: match[0] });
  }
  return pieces;
}

/** The text of pieces. */
export function joinPieces(pieces: readonly Piece[]): string {
  return pieces.map(({ text }) => text).join("");
}

export function isToken({ kind }: Piece): boolean {
  return kind !== "space" && kind !== "comment";
}
