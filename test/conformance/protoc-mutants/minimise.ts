import { minimiseDescriptors } from "./minimise-descriptors.ts";
import type { Mutant } from "./mutant.ts";
import { joinPieces, type Piece, splitPieces } from "./split-pieces.ts";

/** Enough to bring a file of a few hundred lines down to a few. */
const MAX_TRIALS = 600;

/** Takes away from a mutant what can be taken while it still `fails`. */
export async function minimiseMutant(mutant: Mutant, fails: (mutant: Mutant) => Promise<boolean>): Promise<Mutant> {
  if (mutant.form === "descriptor") {
    return { ...mutant, files: await minimiseDescriptors(mutant.files, (files) => fails({ ...mutant, files })) };
  }
  const text = await minimise(mutant.text, (less) => fails({ ...mutant, text: less }));
  const shrunk = { ...mutant, text };
  if (mutant.importer === undefined) return shrunk;
  return { ...shrunk, importer: await minimise(mutant.importer, (importer) => fails({ ...shrunk, importer })) };
}

/** Takes away from a text what can be taken while it still `fails`. */
export async function minimise(text: string, fails: (text: string) => Promise<boolean>): Promise<string> {
  let pieces: readonly Piece[] = splitPieces(text);
  let trials = 0;
  for (let size = Math.ceil(pieces.length / 2); size >= 1; ) {
    let hasShrunk = false;
    for (let at = 0; at < pieces.length && trials < MAX_TRIALS; trials++) {
      const fewer = [...pieces.slice(0, at), ...pieces.slice(at + size)];
      if (fewer.length > 0 && (await fails(joinPieces(fewer)))) {
        pieces = fewer;
        hasShrunk = true;
      } else at += size;
    }
    if (trials >= MAX_TRIALS) break;
    if (size === 1 && !hasShrunk) break;
    // What goes only in pairs, such as braces with what is between them, may go once other things have.
    if (size > 1 || hasShrunk) size = Math.max(1, size >> 1);
  }
  return joinPieces(pieces);
}
