/** More edits than this and a name is another name, not a slip. */
const MAX_EDITS = 2;

/**
 * The candidate that differs least from `name`: by letter case alone, or by at most two edits.
 * Undefined where none is near, or two are equally near and neither differs by case only.
 */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  const lower = name.toLowerCase();
  // In short names two edits turn any word into any other.
  const limit = name.length <= 4 ? 1 : MAX_EDITS;
  let best: string | undefined;
  let bestEdits = limit + 1;
  let tied = false;
  for (const candidate of candidates) {
    if (candidate === name) continue;
    if (candidate.toLowerCase() === lower) return candidate;
    const edits = countEdits(name, candidate, limit);
    if (edits < bestEdits) {
      best = candidate;
      bestEdits = edits;
      tied = false;
    } else if (edits === bestEdits && edits <= limit && candidate !== best) {
      tied = true;
    }
  }
  return tied ? undefined : best;
}

/** Insertions, deletions, replacements and swaps of neighbours between two names; `limit + 1` where there are more. */
function countEdits(from: string, to: string, limit: number): number {
  if (Math.abs(from.length - to.length) > limit) return limit + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      let edits = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
      );
      const swapped = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      if (swapped) edits = Math.min(edits, (beforeLast[column - 2] ?? 0) + 1);
      current.push(edits);
    }
    beforeLast = last;
    last = current;
  }
  return last[to.length] ?? limit + 1;
}
