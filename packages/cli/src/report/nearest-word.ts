/**
 * The name that shares most pairs of letters with what was written, `-` and `_` being the same; undefined where none shares
 * as much as `leastShare` of them, from 0 to 1.
 */
export function nearestWord(written: string, names: readonly string[], leastShare = 0.5): string | undefined {
  let best: string | undefined;
  let bestShare = leastShare;
  for (const name of names) {
    const share = sharedPairs(pairsOf(written), pairsOf(name));
    if (share < bestShare) continue;
    best = name;
    bestShare = share;
  }
  return best;
}

function pairsOf(text: string): string[] {
  const letters = text.toLowerCase().replaceAll("-", "_");
  return Array.from({ length: Math.max(0, letters.length - 1) }, (_, at) => letters.slice(at, at + 2));
}

/** From 0 for nothing in common to 1 for the same. */
function sharedPairs(one: readonly string[], other: readonly string[]): number {
  const rest = [...other];
  let shared = 0;
  for (const pair of one) {
    const at = rest.indexOf(pair);
    if (at < 0) continue;
    rest.splice(at, 1);
    shared++;
  }
  return one.length + other.length === 0 ? 0 : (2 * shared) / (one.length + other.length);
}
