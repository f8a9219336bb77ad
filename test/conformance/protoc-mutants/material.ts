import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { FileDescriptorProto } from "@bufbuild/protobuf/wkt";
import { compile, type FileContents, type ReadFile } from "@gannet/compiler";
import type { SeededChoice } from "../../simulation/seeded-choice.ts";
import { listCorpora, protocInclude } from "../protoc/index.ts";

/** A file to make mutants of. */
export interface Original {
  /** As in `google-proto-files/google/rpc/status.proto`. */
  readonly name: string;
  /** The path under which it is compiled. */
  readonly path: string;
  /** The folders in which it and what it imports are found, the first first. */
  readonly roots: readonly string[];
}

/** Files that are chosen from alike. */
interface Group {
  readonly name: string;
  readonly originals: readonly Original[];
  /** How often the group is chosen, as a share of all weights. */
  readonly weight: number;
}

/** Small files say as much about a compiler as large ones, and cost less: a file this large is chosen half as often. */
const HALF_WEIGHT_BYTES = 4_000;
const IMPORT = /^\s*import\s+(?:\w+\s+)?"([^"]+)"/gm;
const GOLDEN = fileURLToPath(new URL("../../../golden/", import.meta.url));
/** Files of our own have everything that the language has, real files what is used of it. */
const WEIGHTS: ReadonlyMap<string, number> = new Map([
  ["google-proto-files", 40],
  ["language", 25],
  ["well-known-users", 8],
  ["protoc-include", 4],
  ["golden", 8],
  ["grpc-js-xds", 5],
]);

/** All that mutants are made of, and the texts of it. */
export class Material {
  readonly #groups: readonly Group[];
  readonly #texts = new Map<string, Uint8Array | undefined>();
  readonly #costs = new Map<Original, number>();

  constructor() {
    this.#groups = [...listGroups()];
  }

  /** How many files there are to choose from, by group. */
  get counts(): readonly (readonly [name: string, count: number])[] {
    return this.#groups.map(({ name, originals }) => [name, originals.length]);
  }

  pick(choice: SeededChoice): Original {
    const { originals } = this.#pickGroup(choice);
    // Drawing until one is taken asks only for what is drawn how large it is.
    for (;;) {
      const original = choice.pick(originals);
      if (choice.chance(HALF_WEIGHT_BYTES / (HALF_WEIGHT_BYTES + this.#cost(original)))) return original;
    }
  }

  #pickGroup(choice: SeededChoice): Group {
    let left = choice.next() * this.#groups.reduce((sum, { weight }) => sum + weight, 0);
    for (const group of this.#groups) {
      left -= group.weight;
      if (left < 0) return group;
    }
    throw new Error("there is nothing to choose from");
  }

  /** The contents of a file that `original` is, or imports; undefined where it is in none of its folders. */
  read({ roots }: Original, path: string): Uint8Array | undefined {
    for (const root of roots) {
      const contents = this.#readOnce(join(root, path));
      if (contents !== undefined) return contents;
    }
    return undefined;
  }

  /** The descriptors of a file and of what it imports, itself last; undefined where there is an error in one of them. */
  async describe(original: Original): Promise<readonly FileDescriptorProto[] | undefined> {
    const { ok, files } = await compile({ files: [original.path], read: this.reader(original) });
    for (const file of files) {
      // It would not be compared: whether it is written is asked of protoc by a flag.
      if (file.sourceCodeInfo !== undefined) file.sourceCodeInfo = undefined;
    }
    return ok ? files : undefined;
  }

  /** Reads what a file is compiled from, with `replaced` in place of the files of those paths. */
  reader(original: Original, replaced: ReadonlyMap<string, FileContents> = new Map()): ReadFile {
    return (path) => {
      const contents = replaced.get(path);
      if (contents !== undefined) return contents;
      // What each compiler brings: reading it anew would take most of the time.
      return existsSync(join(protocInclude, path)) ? undefined : this.read(original, path);
    };
  }

  #cost(original: Original): number {
    const known = this.#costs.get(original);
    if (known !== undefined) return known;
    const cost = this.#countBytes(original);
    this.#costs.set(original, cost);
    return cost;
  }

  /** The bytes that are read to compile it, those of what every compiler has read anyway left out. */
  #countBytes(original: Original): number {
    const seen = new Set<string>();
    const open = [original.path];
    let bytes = 0;
    for (let path = open.pop(); path !== undefined; path = open.pop()) {
      if (seen.has(path)) continue;
      seen.add(path);
      const contents = path === "google/protobuf/descriptor.proto" ? undefined : this.read(original, path);
      bytes += contents?.length ?? 0;
      const text = Buffer.from(contents ?? []).toString("latin1");
      for (const [, imported = ""] of text.matchAll(IMPORT)) open.push(imported);
    }
    return bytes;
  }

  #readOnce(path: string): Uint8Array | undefined {
    if (!this.#texts.has(path)) this.#texts.set(path, readIfThere(path));
    return this.#texts.get(path);
  }
}

function* listGroups(): Iterable<Group> {
  const groups = new Map<string, Original[]>();
  for (const corpus of listCorpora(undefined)) {
    const name = corpus.name.split("/")[0] ?? corpus.name;
    const originals = groups.get(name) ?? [];
    groups.set(name, originals);
    for (const path of [...corpus.batches.flat(), ...corpus.rejected, ...(corpus.alone ?? [])]) {
      // The standard files first, as protoc brings them: those of the corpora are of other releases.
      originals.push({
        name: `${corpus.name}/${path}`,
        path,
        roots: [protocInclude, corpus.root, ...(corpus.moreRoots ?? [])],
      });
    }
  }
  groups.set("golden", [...listGolden()]);
  for (const [name, originals] of groups) yield { name, originals, weight: WEIGHTS.get(name) ?? 1 };
}

function* listGolden(): Iterable<Original> {
  const root = join(GOLDEN, "cases");
  for (const file of readdirSync(root, { recursive: true, encoding: "utf8" }).sort()) {
    if (!file.endsWith(".proto")) continue;
    const directory = join(root, dirname(file));
    const path = file.slice(dirname(file).length + 1);
    yield { name: `golden/${file}`, path, roots: [directory, join(GOLDEN, "imports"), protocInclude] };
  }
}

function readIfThere(path: string): Uint8Array | undefined {
  try {
    return readFileSync(path);
  } catch {
    // It is not there, or no file, or its name is none.
    return undefined;
  }
}
