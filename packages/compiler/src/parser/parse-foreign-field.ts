import type { Label, NameNode } from "../ast/index.ts";
import { nearest } from "../diagnostics/index.ts";
import { Character } from "../lexer/index.ts";
import type { Cursor } from "./cursor.ts";

const LABELS = ["optional", "required", "repeated"] as const;

/** What `unsigned int` and the like of other languages are. */
const UNSIGNED: ReadonlyMap<string, string> = new Map([
  ["int", "uint32"],
  ["int32", "uint32"],
  ["long", "uint64"],
  ["int64", "uint64"],
]);

/**
 * `Optional string title = 1` or `public string title = 1`: a word before the type that is no label. Reports it, and gives
 * the label that was meant, where one is near. What stands for other things is left alone.
 */
export function parseForeignLabel(cursor: Cursor): Label | undefined {
  const [word, type, name] = [cursor.wordAhead(0), cursor.wordAhead(1), cursor.wordAhead(2)];
  if (word === "" || type === "" || name === "" || !cursor.isSymbolAhead(3, Character.Equals)) return undefined;
  const isOneLine = [1, 2, 3].every(
    (distance) => cursor.tokens.line(cursor.index + distance) === cursor.tokens.line(cursor.index),
  );
  if (!isOneLine) return undefined;
  const meant = LABELS.find((label) => label === word.toLowerCase()) ?? nearest(word, LABELS);
  const label = LABELS.find((one) => one === meant);
  const unsigned = word === "unsigned" ? UNSIGNED.get(type) : undefined;
  const right = unsigned ?? type;
  cursor.report("label-unknown", `\`${word}\` is no label of a field`, {
    hint:
      label !== undefined
        ? `did you mean \`${label}\`?`
        : `${unsigned === undefined ? "remove it: " : ""}write \`${right} ${name}\``,
  });
  const token = cursor.advance();
  return label === undefined ? undefined : { text: label, first: token, last: token };
}

/** What stands behind the number of a field where its options should, as other languages have them: reported and skipped. */
export function skipForeignOptions(cursor: Cursor, name: NameNode): void {
  if (cursor.isSymbol(Character.Equals)) {
    const value = cursor.tokens.text(cursor.index + 1);
    cursor.unexpected(`\`;\` behind field \`${name.text}\``, {
      hint: `a default is an option: write \`[default = ${value}]\`, in proto2 and editions`,
    });
    return;
  }
  if (!cursor.isSymbol(Character.OpenParenthesis)) return;
  const first = cursor.advance();
  while (!cursor.atEnd && !cursor.startsLine && !cursor.isSymbol(Character.CloseParenthesis)) cursor.advance();
  const options = cursor.textOf(first + 1, cursor.previous);
  cursor.report("syntax", "the options of a field stand in square brackets", { hint: `write \`[${options}]\`` }, first);
  cursor.takeSymbol(Character.CloseParenthesis);
}
