import type { SeededChoice } from "../seeded-choice.ts";
import type { Fields } from "./end.ts";

/** How a literal begins: without a place in the table, with one, and never to have one (RFC 7541 §6.2). */
const FORMS = [0x00, 0x40, 0x10] as const;

/** A header block of literals, each in a form of the seed's choice, in plain text (RFC 7541). */
export function literalBlock(fields: Fields, choice: SeededChoice): Buffer {
  return Buffer.concat(fields.flatMap(([name, value]) => [Buffer.from([choice.pick(FORMS)]), text(name), text(value)]));
}

function text(value: string): Buffer {
  const length = [Math.min(value.length, 0x7f)];
  if (value.length >= 0x7f) {
    let rest = value.length - 0x7f;
    for (; rest >= 0x80; rest >>>= 7) length.push((rest & 0x7f) | 0x80);
    length.push(rest);
  }
  return Buffer.concat([Buffer.from(length), Buffer.from(value, "latin1")]);
}
