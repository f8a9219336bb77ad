import type { SeededChoice } from "../../simulation/seeded-choice.ts";
import { isToken, joinPieces, type Piece, splitPieces } from "./split-pieces.ts";

/** A text that is being broken. */
export interface Victim {
  readonly text: string;
  readonly pieces: readonly Piece[];
  /** The indices in `pieces` of those that are tokens. */
  readonly tokens: readonly number[];
}

/** Breaks a text in one way. Undefined where it has nothing to break in that way. */
export type Damage = (victim: Victim, choice: SeededChoice) => string | undefined;

export function createVictim(text: string): Victim {
  const pieces = splitPieces(text);
  const tokens = pieces.flatMap((piece, index) => (isToken(piece) ? [index] : []));
  return { text, pieces, tokens };
}

/** The text with the pieces from `start` to before `end` replaced. */
export function replacePieces({ pieces }: Victim, start: number, end: number, text: string): string {
  return `${joinPieces(pieces.slice(0, start))}${text}${joinPieces(pieces.slice(end))}`;
}

/** The indices of the pieces that `matches` takes. */
export function findPieces({ pieces, tokens }: Victim, matches: (piece: Piece) => boolean): readonly number[] {
  return tokens.filter((index) => {
    const piece = pieces[index];
    return piece !== undefined && matches(piece);
  });
}

export function textAt({ pieces }: Victim, index: number): string {
  return pieces[index]?.text ?? "";
}

/** One of `from`, or undefined where there is none. */
export function pickOne<T>(choice: SeededChoice, from: readonly T[]): T | undefined {
  return from.length === 0 ? undefined : choice.pick(from);
}

/** The places, as indices in `tokens`, of tokens that start a statement: the first, and those behind `;`, `{` and `}`. */
export function findStatements(victim: Victim): readonly number[] {
  const { tokens } = victim;
  return tokens.flatMap((_, at) => (at === 0 || /^[;{}]$/.test(textAt(victim, tokens[at - 1] ?? 0)) ? [at] : []));
}

/** The place behind the statement that starts at the token at `at`: behind its semicolon, or behind its block. */
export function findStatementEnd(victim: Victim, at: number): number {
  const { tokens } = victim;
  let depth = 0;
  for (let end = at; end < tokens.length; end++) {
    const text = textAt(victim, tokens[end] ?? 0);
    if (text === "{") depth++;
    if (text === "}" && --depth <= 0) return end + 1;
    if (text === ";" && depth === 0) return end + 1;
  }
  return tokens.length;
}

/** A field: places in `tokens` of its type, its name and its number, as in `int32 id = 1`. */
export interface FieldPlace {
  readonly type: number;
  readonly name: number;
  readonly number: number;
}

/** What looks like fields, and also what looks like enum values with a word before them. */
export function findFields(victim: Victim): readonly FieldPlace[] {
  const { pieces, tokens } = victim;
  const kindAt = (at: number): string | undefined => pieces[tokens[at] ?? -1]?.kind;
  return tokens.flatMap((token, at) => {
    if (at < 2 || pieces[token]?.text !== "=" || kindAt(at + 1) !== "number" || kindAt(at - 1) !== "word") return [];
    const isTyped = kindAt(at - 2) === "word" || textAt(victim, tokens[at - 2] ?? 0) === ">";
    return isTyped ? [{ type: at - 2, name: at - 1, number: at + 1 }] : [];
  });
}
