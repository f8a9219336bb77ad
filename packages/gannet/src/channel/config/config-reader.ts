/**
 * Reads an object of a config, as the JSON of protobuf has it, and knows which of its fields nobody asked for. What is not as
 * it is asked for throws a TypeError that names the field; so does what is missing and has no fallback.
 */
export class ConfigReader {
  readonly #fields: Readonly<Record<string, unknown>>;
  /** What it is called in errors; empty for the outermost. */
  readonly where: string;
  readonly #asked = new Set<string>();
  /** What was read of objects in this one. */
  readonly #inner: ConfigReader[] = [];

  /**
   * @param json undefined and null stand for an empty object
   * @param where names the object in errors; empty for the outermost
   * @throws TypeError for what is no object
   */
  constructor(json: unknown, where: string) {
    if (json !== undefined && json !== null && (typeof json !== "object" || Array.isArray(json))) {
      throw new TypeError(
        `${where === "" ? "a service config" : where}: expected an object, got ${JSON.stringify(json)}`,
      );
    }
    this.#fields = (json ?? {}) as Readonly<Record<string, unknown>>;
    this.where = where;
  }

  /** What is there, unread; null as undefined. */
  raw(field: string): unknown {
    this.#asked.add(field);
    return Object.hasOwn(this.#fields, field) ? (this.#fields[field] ?? undefined) : undefined;
  }

  /** Where `field` is, for errors. */
  pathOf(field: string): string {
    return this.where === "" ? field : `${this.where}.${field}`;
  }

  /** The paths of the fields that were not asked for, here and in the objects that were read in it. */
  get unknownFields(): readonly string[] {
    const own = Object.keys(this.#fields).filter((field) => !this.#asked.has(field));
    return [...own.map((field) => this.pathOf(field)), ...this.#inner.flatMap(({ unknownFields }) => unknownFields)];
  }

  /** Whether it is there, and not null. */
  has(field: string): boolean {
    return this.raw(field) !== undefined;
  }

  /** Another object in this one; undefined where there is none. */
  object(field: string): ConfigReader | undefined {
    return this.has(field) ? this.part(this.raw(field), this.pathOf(field)) : undefined;
  }

  /** The objects of a list; none where there is none. */
  objects(field: string): readonly ConfigReader[] {
    return this.items(field).map((item, index) => this.part(item, `${this.pathOf(field)}[${index}]`));
  }

  /** The objects of a map from names, which has to be there. */
  objectsByName(field: string): readonly (readonly [name: string, object: ConfigReader])[] {
    const json = this.raw(field);
    if (typeof json !== "object" || json === null || Array.isArray(json)) throw this.#expected(field, "an object");
    return Object.entries(json).map(
      ([name, item]) => [name, this.part(item, `${this.pathOf(field)}.${name}`)] as const,
    );
  }

  /** What stands in this one, and is called `where` in errors: a field that nobody asks it for is unknown here, too. */
  part(json: unknown, where: string): ConfigReader {
    const reader = new ConfigReader(json, where);
    this.#inner.push(reader);
    return reader;
  }

  /** What is in a list, unread; nothing where there is none. */
  items(field: string): readonly unknown[] {
    const value = this.raw(field) ?? [];
    if (!Array.isArray(value)) throw this.#expected(field, "a list");
    return value;
  }

  /** The texts of a list; none where there is none. */
  texts(field: string): readonly string[] {
    return this.items(field).map((item, index) => {
      if (typeof item === "string") return item;
      throw new TypeError(`${this.pathOf(field)}[${index}]: expected a text, got ${JSON.stringify(item)}`);
    });
  }

  /** True or false. */
  flag(field: string, fallback?: boolean): boolean {
    const value = this.raw(field) ?? fallback;
    if (typeof value !== "boolean") throw this.#expected(field, "true or false");
    return value;
  }

  /** A text. */
  text(field: string, fallback?: string): string {
    const value = this.raw(field) ?? fallback;
    if (typeof value !== "string") throw this.#expected(field, "a text");
    return value;
  }

  /** A number from `min` to `max`; a text that stands for one is taken, as protobuf's JSON has them. */
  number(field: string, fallback: number | undefined, min: number, max: number): number {
    const value = Number(this.#numeral(field) ?? fallback);
    if (!(value >= min && value <= max)) throw this.#expected(field, `a number from ${min} to ${max}`);
    return value;
  }

  /** A whole number from `min` to `max`. */
  integer(field: string, fallback: number | undefined, min: number, max: number): number {
    const value = this.number(field, fallback, min, max);
    if (!Number.isInteger(value)) throw this.#expected(field, "a whole number");
    return value;
  }

  /** Milliseconds, of a duration such as `"1.5s"`. */
  durationMs(field: string, fallbackMs?: number): number {
    const value = this.raw(field);
    if (value === undefined && fallbackMs !== undefined) return fallbackMs;
    const seconds = typeof value === "string" ? /^(\d{1,12}(?:\.\d{1,9})?)s$/.exec(value)?.[1] : undefined;
    if (seconds === undefined) throw this.#expected(field, 'a duration such as "1.5s"');
    return Number(seconds) * 1000;
  }

  #numeral(field: string): unknown {
    const value = this.raw(field);
    if (value === undefined || typeof value === "number") return value;
    if (typeof value === "string" && /^-?\d{1,20}(?:\.\d{1,20})?$/.test(value)) return value;
    throw this.#expected(field, "a number");
  }

  #expected(field: string, what: string): TypeError {
    const value = this.raw(field);
    const found = value === undefined ? "nothing" : JSON.stringify(value);
    return new TypeError(`${this.pathOf(field)}: expected ${what}, got ${found}`);
  }
}
