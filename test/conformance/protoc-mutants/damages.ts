import type { SeededChoice } from "../../simulation/seeded-choice.ts";
import {
  type Damage,
  type FieldPlace,
  findFields,
  findPieces,
  findStatementEnd,
  findStatements,
  pickOne,
  replacePieces,
  textAt,
  type Victim,
} from "./damage.ts";
import { joinPieces } from "./split-pieces.ts";
import {
  COMMENTS,
  FIELD_OPTIONS,
  LABELS,
  NUMBERS,
  OPTION_NAMES,
  SCALARS,
  STATEMENTS,
  STRINGS,
  SYMBOLS,
  SYNTAXES,
  VALUES,
  WORDS,
} from "./vocabulary.ts";

const CHARACTERS = Array.from("abZ_09.;{}[]()<>=,:/*\"'\\#-+ \n\t\r\0\x01\x7f\u00e9\u20ac\ufeff\u2028\ud800");

const OPTION_STATEMENTS = STATEMENTS.filter((statement) => statement.startsWith("option "));

/** The ways to break a file, by their names. Each is to give files that are accepted and files that are not. */
export const damages: Readonly<Record<string, Damage>> = {
  deletion: (victim, choice) => {
    const [start, end] = pickRun(victim, choice, 3);
    return replacePieces(victim, start, end, "");
  },
  duplication: (victim, choice) => {
    const [start, end] = pickRun(victim, choice, 6);
    const text = joinPieces(victim.pieces.slice(start, end));
    return replacePieces(victim, end, end, ` ${text}`);
  },
  swap: (victim, choice) => {
    const { tokens, pieces } = victim;
    const at = choice.between(0, tokens.length - 2);
    const behind = tokens.slice(at + 1);
    const kind = pieces[tokens[at] ?? 0]?.kind;
    const others = choice.chance(0.4) ? behind.slice(0, 1) : behind.filter((token) => pieces[token]?.kind === kind);
    const [first, second] = [tokens[at], pickOne(choice, others)];
    if (first === undefined || second === undefined) return undefined;
    const between = joinPieces(pieces.slice(first + 1, second));
    return replacePieces(victim, first, second + 1, `${textAt(victim, second)}${between}${textAt(victim, first)}`);
  },
  replacement: (victim, choice) => {
    const token = pickOne(choice, victim.tokens);
    if (token === undefined) return undefined;
    const kind = victim.pieces[token]?.kind;
    const alike = findPieces(victim, (piece) => piece.kind === kind);
    const other = choice.chance(0.8) ? textAt(victim, choice.pick(alike)) : choice.pick(anyToken(choice));
    return replacePieces(victim, token, token + 1, other);
  },
  insertion: (victim, choice) => {
    const token = pickOne(choice, victim.tokens);
    if (token === undefined) return undefined;
    const inserted = choice.chance(0.3) ? textAt(victim, choice.pick(victim.tokens)) : choice.pick(anyToken(choice));
    return replacePieces(victim, token, token, `${inserted} `);
  },
  renumbering: (victim, choice) => {
    const numbers = findPieces(victim, ({ kind }) => kind === "number");
    const token = pickOne(choice, numbers);
    if (token === undefined) return undefined;
    const other = choice.chance(0.4) ? textAt(victim, choice.pick(numbers)) : choice.pick(NUMBERS);
    return replacePieces(victim, token, token + 1, other);
  },
  type: (victim, choice) => {
    const field = pickOne(choice, findFields(victim));
    if (field === undefined) return undefined;
    return replaceType(victim, field, pickType(victim, choice));
  },
  label: (victim, choice) => {
    const field = pickOne(choice, findFields(victim));
    if (field === undefined) return undefined;
    const { tokens } = victim;
    const start = startOfType(victim, field.type);
    const before = start === 0 ? "" : textAt(victim, tokens[start - 1] ?? 0);
    const label = choice.pick([...LABELS, "", "", "repeated optional", "stream"]);
    const has = LABELS.some((one) => one === before);
    const from = tokens[has ? start - 1 : start] ?? 0;
    return replacePieces(victim, from, tokens[start] ?? 0, label === "" ? "" : `${label} `);
  },
  "option-value": (victim, choice) => {
    const places = findOptionValues(victim);
    const at = pickOne(choice, places);
    const token = at === undefined ? undefined : victim.tokens[at];
    if (at === undefined || token === undefined) return undefined;
    const value = choice.chance(0.7) ? choice.pick(VALUES) : textAt(victim, victim.tokens[choice.pick(places)] ?? 0);
    return replacePieces(victim, token, token + 1, value);
  },
  "option-name": (victim, choice) => {
    const at = pickOne(choice, findOptionValues(victim));
    const token = at === undefined ? undefined : victim.tokens[at - 2];
    if (token === undefined) return undefined;
    return replacePieces(victim, token, token + 1, choice.pick(OPTION_NAMES));
  },
  "field-option": (victim, choice) => {
    const field = pickOne(choice, findFields(victim));
    if (field === undefined) return undefined;
    const { tokens } = victim;
    const behind = (tokens[field.number] ?? 0) + 1;
    const next = tokens[field.number + 1];
    const made = choice.chance(0.2)
      ? `${choice.pick(OPTION_NAMES)} = ${choice.pick(VALUES)}`
      : choice.pick(FIELD_OPTIONS);
    if (next === undefined || textAt(victim, next) !== "[") return replacePieces(victim, behind, behind, ` [${made}]`);
    return replacePieces(victim, next + 1, next + 1, `${made}, `);
  },
  "option-statement": (victim, choice) => {
    const at = pickOne(choice, findStatements(victim));
    if (at === undefined) return undefined;
    const token = victim.tokens[at] ?? 0;
    const option = choice.chance(0.6)
      ? choice.pick(OPTION_STATEMENTS)
      : `option ${choice.pick(OPTION_NAMES)} = ${choice.pick(VALUES)};`;
    return replacePieces(victim, token, token, `${option}\n`);
  },
  name: (victim, choice) => {
    const words = findPieces(victim, ({ kind }) => kind === "word");
    const token = pickOne(choice, words);
    if (token === undefined) return undefined;
    const word = textAt(victim, token);
    const other = textAt(victim, choice.pick(words));
    const renamed = choice.pick([
      other,
      other,
      `${word}_`,
      `_${word}`,
      word.toUpperCase(),
      word.toLowerCase(),
      word.replaceAll("_", ""),
      word.replace(/^./, (first) => first.toUpperCase()),
      `${word}Entry`,
      `${word}_1`,
      `${word}.${other}`,
      `.${word}`,
      `${other}.${word}`,
      word.slice(1),
    ]);
    return replacePieces(victim, token, token + 1, renamed);
  },
  syntax: (victim, choice) => {
    const syntax = choice.pick(SYNTAXES);
    const [first] = victim.tokens;
    if (first === undefined) return undefined;
    const has = /^(?:syntax|edition)$/.test(textAt(victim, first));
    if (!has) return replacePieces(victim, 0, 0, `${syntax}\n`);
    const end = victim.tokens[findStatementEnd(victim, 0) - 1] ?? first;
    return replacePieces(victim, first, end + 1, syntax);
  },
  "statement-move": (victim, choice) => {
    const starts = findStatements(victim);
    const at = pickOne(choice, starts);
    const target = pickOne(choice, starts);
    if (at === undefined || target === undefined) return undefined;
    const [start, end] = piecesOf(victim, at, findStatementEnd(victim, at));
    const text = joinPieces(victim.pieces.slice(start, end));
    const to = victim.tokens[target] ?? 0;
    const action = choice.between(0, 2);
    if (action === 0 || (to >= start && to < end)) return replacePieces(victim, start, end, "");
    if (action === 1 || to < start) return replacePieces(victim, to, to, `${text}\n`);
    const rest = joinPieces(victim.pieces.slice(end, to));
    return replacePieces(victim, start, to, `${rest}${text}\n`);
  },
  "statement-added": (victim, choice) => {
    const at = pickOne(choice, findStatements(victim));
    if (at === undefined) return undefined;
    const token = victim.tokens[at] ?? 0;
    return replacePieces(victim, token, token, `${choice.pick(STATEMENTS)}\n`);
  },
  string: (victim, choice) => {
    const token = pickOne(
      choice,
      findPieces(victim, ({ kind }) => kind === "string"),
    );
    if (token === undefined) return undefined;
    const text = textAt(victim, token);
    const at = choice.between(1, Math.max(1, text.length - 1));
    const other = choice.chance(0.5)
      ? choice.pick(STRINGS)
      : `${text.slice(0, at)}${choice.pick(STRINGS).slice(1, -1)}${text.slice(at)}`;
    return replacePieces(victim, token, token + 1, other);
  },
  character: ({ text }, choice) => {
    const at = choice.between(0, text.length);
    const removed = choice.between(0, 1);
    const added = removed === 0 || choice.chance(0.5) ? choice.pick(CHARACTERS) : "";
    return text.slice(0, at) + added + text.slice(at + removed);
  },
  comment: (victim, choice) => {
    const at = choice.between(0, victim.pieces.length);
    return replacePieces(victim, at, at, choice.pick(COMMENTS));
  },
  spacing: (victim, choice) => {
    const spaces = victim.pieces.flatMap(({ kind }, index) => (kind === "space" || kind === "comment" ? [index] : []));
    const at = pickOne(choice, spaces);
    if (at === undefined) return undefined;
    return replacePieces(victim, at, at + 1, choice.pick(["", " ", "\n", "\n\n", "\t", "\r\n", "/**/"]));
  },
  truncation: (victim, choice) => {
    const statement = pickOne(choice, findStatements(victim));
    if (statement === undefined) return undefined;
    const at = choice.chance(0.3) ? choice.between(0, victim.pieces.length) : (victim.tokens[statement] ?? 0);
    const head = joinPieces(victim.pieces.slice(0, at));
    return choice.chance(0.5) ? head : head + "\n}".repeat(countOpen(head));
  },
};

function pickRun(victim: Victim, choice: SeededChoice, most: number): readonly [number, number] {
  const { tokens } = victim;
  const at = choice.between(0, Math.max(0, tokens.length - 1));
  return piecesOf(victim, at, Math.min(tokens.length, at + choice.between(1, most)));
}

/** The pieces of the tokens from `first` to before `end`. */
function piecesOf({ tokens }: Victim, first: number, end: number): readonly [number, number] {
  const start = tokens[first] ?? 0;
  return [start, Math.max(start, (tokens[end - 1] ?? start) + 1)];
}

function anyToken(choice: SeededChoice): readonly string[] {
  return choice.pick([WORDS, SYMBOLS, SYMBOLS, NUMBERS, STRINGS]);
}

/** Where the type starts whose last token is at `at`: `a.b.C` and `map<string, a.B>` are several tokens. */
function startOfType(victim: Victim, at: number): number {
  const read = (place: number): string => textAt(victim, victim.tokens[place] ?? 0);
  let start = at;
  if (read(start) === ">") {
    while (start > 0 && read(start) !== "map") start--;
    return start;
  }
  while (start > 1 && read(start - 1) === ".") start -= /^\w/.test(read(start - 2)) ? 2 : 1;
  return start;
}

function replaceType(victim: Victim, { type }: FieldPlace, text: string): string {
  const { tokens } = victim;
  return replacePieces(victim, tokens[startOfType(victim, type)] ?? 0, (tokens[type] ?? 0) + 1, text);
}

function pickType(victim: Victim, choice: SeededChoice): string {
  const words = findPieces(victim, ({ kind, text }) => kind === "word" && /^[A-Z]/.test(text));
  const named = pickOne(choice, words);
  const known = named === undefined ? "int32" : textAt(victim, named);
  const scalar = choice.pick(SCALARS);
  return choice.pick([
    scalar,
    scalar,
    known,
    known,
    `.${known}`,
    `map<${scalar}, ${known}>`,
    `map<${choice.pick(SCALARS)}, ${scalar}>`,
    `map<string, string>`,
    "group",
    "google.protobuf.Any",
    ".google.protobuf.FieldOptions",
    choice.pick(WORDS),
  ]);
}

/** The places of tokens behind `=` that are no numbers of fields: values of options. */
function findOptionValues(victim: Victim): readonly number[] {
  const { tokens, pieces } = victim;
  const fields = new Set(findFields(victim).map(({ number }) => number));
  return tokens.flatMap((token, at) => {
    const isValue = pieces[token]?.text === "=" && at >= 2 && at + 1 < tokens.length && !fields.has(at + 1);
    return isValue ? [at + 1] : [];
  });
}

function countOpen(text: string): number {
  const pieces = text.match(/[{}]/g) ?? [];
  return Math.max(
    0,
    pieces.reduce((depth, brace) => depth + (brace === "{" ? 1 : -1), 0),
  );
}
