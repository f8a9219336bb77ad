import { SeededChoice } from "../../simulation/seeded-choice.ts";
import { createVictim } from "./damage.ts";
import { damages } from "./damages.ts";
import type { Material, Original } from "./material.ts";

/** A broken file. */
export interface Mutant {
  readonly original: Original;
  readonly text: string;
  /** The ways in which it was broken, the first one first. */
  readonly kinds: readonly string[];
}

const MAX_DAMAGES = 3;
const MAX_ATTEMPTS = 50;
const CHANCE_OF_MORE = 0.25;

/** Makes the mutant number `index` of a seed: the same one whenever it is asked for. */
export function makeMutant(material: Material, seed: number, index: number): Mutant {
  const choice = new SeededChoice(Math.imul(seed, 0x01000193) ^ index);
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const original = material.pick(choice);
    const before = Buffer.from(material.read(original, original.path) ?? []).toString();
    let text = before;
    const kinds: string[] = [];
    do {
      // The first kind goes round, so that each has its share.
      const names = Object.keys(damages);
      const kind = kinds.length === 0 ? (names[index % names.length] ?? "") : choice.pick(names);
      const broken = damages[kind]?.(createVictim(text), choice);
      if (broken === undefined || broken === text) break;
      text = broken;
      kinds.push(kind);
    } while (kinds.length < MAX_DAMAGES && choice.chance(CHANCE_OF_MORE));
    if (text !== before && kinds.length > 0) return { original, text, kinds };
  }
  throw new Error(`no file can be broken for mutant ${index} of seed ${seed}`);
}
