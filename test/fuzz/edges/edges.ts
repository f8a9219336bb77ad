import { register } from "node:module";

/** The built packages. */
const PACKAGES = new URL("../../../../packages/", import.meta.url).href;
/** How often an edge is taken matters by its order of magnitude. */
const BUCKETS = 8;

/** The counters of all modules that were instrumented. */
export class Edges {
  readonly #counters: Uint32Array[] = [];
  /** For each edge a bit for each bucket that was seen. */
  readonly #seen: Uint8Array[] = [];
  #instrumented = 0;
  #reached = 0;

  /**
   * Has modules of a package instrumented that are imported from now on.
   *
   * @param folders those of the package's source that count
   */
  static install(packageName: string, folders: readonly string[]): Edges {
    const edges = new Edges();
    Object.assign(globalThis, {
      $registerEdges: (_: string, count: number) => {
        const counters = new Uint32Array(count);
        edges.#counters.push(counters);
        edges.#seen.push(new Uint8Array(count));
        edges.#instrumented += count;
        return counters;
      },
    });
    register("./loader.js", {
      parentURL: import.meta.url,
      data: folders.map((folder) => `${PACKAGES}${packageName}/dist/${folder}/`),
    });
    return edges;
  }

  /** How many edges there are in what was imported. */
  get instrumented(): number {
    return this.#instrumented;
  }

  /** How many of them were ever taken. */
  get reached(): number {
    return this.#reached;
  }

  clear(): void {
    for (const counters of this.#counters) counters.fill(0);
  }

  /** Whether any edge was taken since `clear` that never was, or never as often. Remembers it. */
  collect(): boolean {
    let isNew = false;
    for (const [index, counters] of this.#counters.entries()) {
      const seen = this.#seen[index];
      if (seen === undefined) continue;
      for (let edge = 0; edge < counters.length; edge++) {
        const count = counters[edge] ?? 0;
        if (count === 0) continue;
        const bit = 1 << bucketOf(count);
        const before = seen[edge] ?? 0;
        if ((before & bit) !== 0) continue;
        if (before === 0) this.#reached++;
        seen[edge] = before | bit;
        isNew = true;
      }
    }
    return isNew;
  }

  /** The edges taken since `clear`, as numbers. */
  taken(): number[] {
    const taken: number[] = [];
    let first = 0;
    for (const counters of this.#counters) {
      for (let edge = 0; edge < counters.length; edge++) if ((counters[edge] ?? 0) > 0) taken.push(first + edge);
      first += counters.length;
    }
    return taken;
  }
}

function bucketOf(count: number): number {
  return Math.min(BUCKETS - 1, 31 - Math.clz32(count));
}
