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
    if (candidate.length === name.length && candidate.toLowerCase() === lower) return candidate;
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
  let start = 0;
  while (start < from.length && from[start] === to[start]) start++;
  let fromEnd = from.length;
  let toEnd = to.length;
  while (fromEnd > start && toEnd > start && from[fromEnd - 1] === to[toEnd - 1]) {
    fromEnd--;
    toEnd--;
  }
  return countBetween(from.slice(start, fromEnd), to.slice(start, toEnd), limit);
}

/** The same for names that neither begin nor end alike. Looks only at what `limit` edits can reach, and stops beyond. */
function countBetween(from: string, to: string, limit: number): number {
  const beyond = limit + 1;
  // A row holds the columns from `row - limit` to `row + limit`: the same index is one column further in each row.
  const width = 2 * limit + 1;
  let beforeLast = new Array<number>(width).fill(beyond);
  let last = Array.from({ length: width }, (_, index) => (index < limit ? beyond : index - limit));
  for (let row = 1; row <= from.length; row++) {
    const current = new Array<number>(width).fill(beyond);
    let least = beyond;
    for (let index = 0; index < width; index++) {
      const column = row - limit + index;
      if (column < 0 || column > to.length) continue;
      const same = column > 0 && from[row - 1] === to[column - 1];
      const swapped = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      const edits = Math.min(
        column === 0 ? row : (last[index] ?? beyond) + (same ? 0 : 1),
        (last[index + 1] ?? beyond) + 1,
        (current[index - 1] ?? beyond) + 1,
        swapped ? (beforeLast[index] ?? beyond) + 1 : beyond,
      );
      current[index] = edits;
      least = Math.min(least, edits);
    }
    if (least > limit) return beyond;
    beforeLast = last;
    last = current;
  }
  return Math.min(last[to.length - from.length + limit] ?? beyond, beyond);
}
