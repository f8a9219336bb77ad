import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Declarations, type Reference, readDeclarations } from "./read-declarations.ts";

/** A declaration and where it stands. */
interface Found {
  readonly path: string;
  readonly name: string;
}

/**
 * The public API of an entry as one text: every exported declaration, then those that they need without their being
 * exported, each list by name, comments left out.
 *
 * @param entry absolute path of the entry's .d.ts
 */
export function recordApi(entry: string): string {
  return new ApiReader().record(entry);
}

class ApiReader {
  readonly #files = new Map<string, Declarations>();
  /** Specifiers of other packages, with the names taken from each. */
  readonly #packages = new Map<string, Set<string>>();

  record(entry: string): string {
    const exported = new Map<string, string>();
    const done = new Set<string>();
    const open: Found[] = [];
    for (const name of this.#read(entry).exported.keys()) {
      const found = this.#resolveExport(entry, name);
      if (found === undefined) {
        exported.set(name, `export { ${name} }; // of another package`);
        continue;
      }
      const renamed = found.name === name ? "" : `// exported as ${name}\n`;
      exported.set(name, renamed + this.#textOf(found));
      done.add(keyOf(found));
      open.push(found);
    }
    const needed = new Map<string, string>();
    for (let found = open.pop(); found !== undefined; found = open.pop()) {
      for (const other of this.#needsOf(found)) {
        if (done.has(keyOf(other))) continue;
        done.add(keyOf(other));
        open.push(other);
        needed.set(other.name, this.#textOf(other).replaceAll(/^export /gm, ""));
      }
    }
    return this.#print(exported, needed);
  }

  #print(exported: ReadonlyMap<string, string>, needed: ReadonlyMap<string, string>): string {
    const imports = sortByKey(this.#packages).map(
      ([specifier, names]) => `import type { ${[...names].sort().join(", ")} } from "${specifier}";`,
    );
    const parts = [imports.join("\n"), ...sortByKey(exported).map(([, text]) => text)];
    if (needed.size > 0)
      parts.push("// Needed by the above, not exported.", ...sortByKey(needed).map(([, text]) => text));
    return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
  }

  #read(path: string): Declarations {
    const known = this.#files.get(path);
    if (known !== undefined) return known;
    const read = readDeclarations(readFileSync(path, "utf8"));
    this.#files.set(path, read);
    return read;
  }

  #textOf({ path, name }: Found): string {
    return this.#read(path).declared.get(name) ?? "";
  }

  /** Where an exported name is declared; undefined for another package's. */
  #resolveExport(path: string, name: string): Found | undefined {
    const { exported, imported } = this.#read(path);
    const target = exported.get(name);
    if (target === undefined) throw new Error(`${path} does not export ${name}`);
    if (typeof target !== "string") return this.#follow(path, target);
    const reference = imported.get(target);
    return reference === undefined ? { path, name: target } : this.#follow(path, reference);
  }

  #follow(path: string, { specifier, name }: Reference): Found | undefined {
    if (!specifier.startsWith(".")) {
      const names = this.#packages.get(specifier) ?? new Set();
      this.#packages.set(specifier, names.add(name));
      return undefined;
    }
    return this.#resolveExport(join(dirname(path), specifier.replace(/\.[jt]s$/, ".d.ts")), name);
  }

  /** The declarations that one mentions. */
  #needsOf(found: Found): Found[] {
    const { declared, imported } = this.#read(found.path);
    const words = new Set(this.#textOf(found).match(/[A-Za-z_$][\w$]*/g));
    return [...words].flatMap((word) => {
      if (word === found.name) return [];
      if (declared.has(word)) return [{ path: found.path, name: word }];
      const reference = imported.get(word);
      return reference === undefined ? [] : (this.#follow(found.path, reference) ?? []);
    });
  }
}

function keyOf({ path, name }: Found): string {
  return `${path} ${name}`;
}

function sortByKey<Value>(map: ReadonlyMap<string, Value>): [string, Value][] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1));
}
