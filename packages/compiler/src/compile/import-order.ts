/** So many files of a cycle are named; the longest ones would fill a screen. */
const MAX_NAMED = 8;

/** An import that leads back to a file whose imports are being followed. */
export interface ImportCycle {
  /** The files from the one that is imported to the one that imports it; of many, the first few and the last. */
  readonly paths: readonly string[];
  /** Whether some are left out before the last. */
  readonly isShortened: boolean;
}

/** A file whose imports are being followed. */
interface Visit {
  readonly path: string;
  readonly imports: readonly string[];
  /** The import that is next. */
  next: number;
}

/**
 * The files that `root` reaches by its imports and `done` does not have: each behind those it imports, `root` last. They
 * are added to `done`. Without recursion, as a chain of imports may be longer than the stack is deep.
 */
export function importOrder(
  root: string,
  importsOf: (path: string) => readonly string[],
  done: Set<string>,
  onCycle?: (from: string, to: string, cycle: ImportCycle) => void,
): string[] {
  const order: string[] = [];
  const visits: Visit[] = [];
  /** Where in `visits` a path is. */
  const open = new Map<string, number>();
  const enter = (path: string): void => {
    open.set(path, visits.push({ path, imports: importsOf(path), next: 0 }) - 1);
  };
  if (!done.has(root)) enter(root);
  for (let visit = visits.at(-1); visit !== undefined; visit = visits.at(-1)) {
    const path = visit.imports[visit.next++];
    const start = path === undefined ? undefined : open.get(path);
    if (path === undefined) {
      visits.pop();
      open.delete(visit.path);
      done.add(visit.path);
      order.push(visit.path);
    } else if (start !== undefined) {
      onCycle?.(visit.path, path, describeCycle(visits, start));
    } else if (!done.has(path)) {
      enter(path);
    }
  }
  return order;
}

function describeCycle(visits: readonly Visit[], start: number): ImportCycle {
  const isShortened = visits.length - start > MAX_NAMED;
  const named = isShortened
    ? [...visits.slice(start, start + MAX_NAMED - 1), ...visits.slice(-1)]
    : visits.slice(start);
  return { paths: named.map((visit) => visit.path), isShortened };
}
