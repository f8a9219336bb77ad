/**
 * Named things by their names. Of two with one name, it has the first. It is made when it is first asked for: most
 * messages and enums are never searched.
 */
export class NameIndex<Item extends { readonly name: string }> {
  readonly #items: readonly Item[];
  #byName: Map<string, Item> | undefined;

  /** `items` may grow until something is looked up. */
  constructor(items: readonly Item[]) {
    this.#items = items;
  }

  get(name: string): Item | undefined {
    return this.#index.get(name);
  }

  has(name: string): boolean {
    return this.#index.has(name);
  }

  get size(): number {
    return this.#index.size;
  }

  /** Each name once, in the order of the items. */
  keys(): Iterable<string> {
    return this.#index.keys();
  }

  get #index(): ReadonlyMap<string, Item> {
    if (this.#byName !== undefined) return this.#byName;
    const byName = new Map<string, Item>();
    for (const item of this.#items) if (!byName.has(item.name)) byName.set(item.name, item);
    this.#byName = byName;
    return byName;
  }
}
