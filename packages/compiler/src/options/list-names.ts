/** So many names are listed. */
const MAX_LISTED = 8;

interface Names {
  readonly size: number;
  keys(): Iterable<string>;
}

/** A hint that lists names, such as "it has `a`, `b`": the first ones where they are many. Undefined where there is none. */
export function listNames(what: string, names: Names): string | undefined {
  if (names.size === 0) return undefined;
  const shown: string[] = [];
  for (const name of names.keys()) {
    if (shown.length === MAX_LISTED) break;
    shown.push(`\`${name}\``);
  }
  const more = names.size - shown.length;
  return `${what} ${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
