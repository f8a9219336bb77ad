import { MAX_FULL_NAME } from "./define.ts";
import type { Definition, PackageDefinition } from "./definition.ts";
import type { LinkedFile } from "./linked-file.ts";
import type { Pool } from "./pool.ts";

/** A definition that a name can resolve to. */
export type Target = Exclude<Definition, PackageDefinition>;

/** What looking for a name found, and if nothing, why. */
export interface Resolution {
  readonly target: Target | undefined;
  /** Something of that name in a file that is not imported. */
  readonly hidden: Target | undefined;
  /** The full name that the first part of the name decided on, in which the rest was not found. */
  readonly decided: string | undefined;
  /** The package of that name, which is nothing to refer to. */
  readonly packageName: string | undefined;
}

/** What kinds count: `type` passes over what is neither message nor enum, as the type of a field does. */
export type Wanted = "type" | "any";

/**
 * Finds what `name`, written within `scope` (the full name of the element that refers), stands for. The innermost scope
 * that knows its first part decides, as in C++. Files that are not imported are out of sight.
 */
export function resolveName(pool: Pool, file: LinkedFile, name: string, scope: string, wanted: Wanted): Resolution {
  return new Search(pool, file, wanted).run(name, scope);
}

class Search {
  readonly #pool: Pool;
  readonly #file: LinkedFile;
  readonly #wanted: Wanted;
  #hidden: Target | undefined;

  constructor(pool: Pool, file: LinkedFile, wanted: Wanted) {
    this.#pool = pool;
    this.#file = file;
    this.#wanted = wanted;
  }

  run(name: string, scope: string): Resolution {
    if (name.startsWith(".")) return this.#result(this.#find(name.slice(1)));
    const dot = name.indexOf(".");
    const first = dot < 0 ? name : name.slice(0, dot);
    let outer = scope;
    for (;;) {
      const end = outer.lastIndexOf(".");
      if (end < 0) return this.#result(this.#find(name));
      outer = outer.slice(0, end);
      const found = this.#find(`${outer}.${first}`);
      if (found === undefined) continue;
      if (dot < 0) {
        if (this.#wanted === "any" || found.kind === "message" || found.kind === "enum") return this.#result(found);
      } else if (hasMembers(found)) {
        const fullName = `${outer}.${name}`;
        const rest = this.#find(fullName);
        return this.#result(rest, rest === undefined ? fullName : undefined);
      }
    }
  }

  #find(fullName: string): Definition | undefined {
    // Looking up a long name costs as much as it is long, and nothing has one.
    if (fullName.length > MAX_FULL_NAME) return undefined;
    const found = this.#pool.get(fullName);
    if (found === undefined) return undefined;
    const { visible, optionImports } = this.#file;
    if (found.kind === "package") {
      return found.files.intersects(visible) || found.files.intersects(optionImports) ? found : undefined;
    }
    if (visible.has(found.file) || (found.kind === "field" && optionImports.has(found.file))) return found;
    this.#hidden = found;
    return undefined;
  }

  #result(found: Definition | undefined, decided?: string): Resolution {
    const target = found === undefined || found.kind === "package" ? undefined : found;
    if (target !== undefined) this.#file.used.add(target.file);
    return {
      target,
      hidden: target === undefined ? this.#hidden : undefined,
      decided,
      packageName: found?.kind === "package" ? found.fullName : undefined,
    };
  }
}

function hasMembers(definition: Definition): boolean {
  return (
    definition.kind === "package" ||
    definition.kind === "message" ||
    definition.kind === "enum" ||
    definition.kind === "service"
  );
}
