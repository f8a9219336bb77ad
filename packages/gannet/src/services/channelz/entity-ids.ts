/** An object and the id that it goes by. */
export interface Identified<T extends object> {
  readonly id: bigint;
  readonly entity: T;
}

/** Gives objects ids, as they are first seen: positive, growing, and never used twice. Forgets those that are gone. */
export class EntityIds {
  readonly #ids = new WeakMap<object, bigint>();
  #last = 0n;

  /** The same each time. */
  idOf(entity: object): bigint {
    const known = this.#ids.get(entity);
    if (known !== undefined) return known;
    this.#last++;
    this.#ids.set(entity, this.#last);
    return this.#last;
  }

  /** These by id, the lowest first. */
  identify<T extends object>(entities: Iterable<T>): Identified<T>[] {
    const found = Array.from(entities, (entity) => ({ id: this.idOf(entity), entity }));
    return found.sort((a, b) => (a.id < b.id ? -1 : 1));
  }
}
