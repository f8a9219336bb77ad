import { describeValue } from "../base/index.ts";
import { misuse } from "./misuse.ts";

/** What a key takes: bytes behind `-bin`, ASCII text behind all others. */
export type MetadataInput<K extends string> = K extends `${string}-bin` ? Uint8Array : string;
/** What a key gives: the same, or either where the key is not known at compile time. */
export type MetadataValue<K extends string> = string extends K ? string | Uint8Array : MetadataInput<K>;
/** What metadata can be made of. */
export type MetadataInit =
  | Metadata
  | { readonly [key: string]: string | Uint8Array | readonly (string | Uint8Array)[] | undefined };

/** Keys of HTTP/2 and gRPC itself, which applications cannot set. */
const RESERVED: ReadonlySet<string> = new Set([
  "content-type", "te", "host", "connection", "content-length", "transfer-encoding", "upgrade", "keep-alive",
  "proxy-connection", "user-agent",
]); // biome-ignore format: a list to scan
/** The one of gRPC's own keys that handlers do set, in their trailer: when to come again, or never (gRFC A6). */
const PUSHBACK_KEY = "grpc-retry-pushback-ms";

type Entry = readonly [key: string, value: string | Uint8Array];

/**
 * What goes with a call beside its messages: keys with one or more values, in order. Keys are lower case. Those that
 * end in `-bin` have bytes, all others ASCII text (PROTOCOL-HTTP2, "Custom-Metadata").
 */
export class Metadata implements Iterable<[string, string | Uint8Array]> {
  #entries: Entry[] = [];
  /** Why nothing can be changed any more; undefined while it can. */
  #sealed: string | undefined;
  /** Made when a key is marked. */
  #sensitive: Set<string> | undefined;

  /** @throws TypeError for a key or value that gRPC does not allow */
  constructor(init?: MetadataInit) {
    if (init === undefined) return;
    if (init instanceof Metadata) {
      this.#entries = [...init.#entries];
      if (init.#sensitive !== undefined) this.#sensitive = new Set(init.#sensitive);
      return;
    }
    if (typeof init !== "object" || init === null || Symbol.iterator in init) throw noInit(init);
    for (const [key, value] of Object.entries(init)) {
      if (value === undefined) continue;
      const values = Array.isArray(value) ? (value as readonly unknown[]) : [value];
      for (const one of values) this.append(key, one as MetadataInput<string>);
    }
  }

  /** How many values there are, of all keys. */
  get size(): number {
    return this.#entries.length;
  }

  /** The last value of a key. */
  get<K extends string>(key: K): MetadataValue<K> | undefined {
    const name = key.toLowerCase();
    for (let index = this.#entries.length - 1; index >= 0; index--) {
      const entry = this.#entries[index];
      if (entry?.[0] === name) return entry[1] as MetadataValue<K>;
    }
    return undefined;
  }

  /** All values of a key, in order. */
  getAll<K extends string>(key: K): MetadataValue<K>[] {
    const name = key.toLowerCase();
    return this.#entries.filter((entry) => entry[0] === name).map((entry) => entry[1] as MetadataValue<K>);
  }

  /**
   * Makes `value` the only one of a key.
   *
   * @throws TypeError for a key or value that gRPC does not allow
   * @throws TypeError GANNET_ALREADY_SENT for the header of a call that was sent
   */
  set<K extends string>(key: K, value: MetadataInput<K>): this {
    this.#checkOpen();
    const entry = checkEntry(key, value);
    this.#entries = this.#entries.filter(([name]) => name !== entry[0]);
    this.#entries.push(entry);
    return this;
  }

  /**
   * Adds a value to those of a key.
   *
   * @throws TypeError for a key or value that gRPC does not allow
   */
  append<K extends string>(key: K, value: MetadataInput<K>): this {
    this.#checkOpen();
    this.#entries.push(checkEntry(key, value));
    return this;
  }

  /**
   * Adds the values of other metadata behind those that are here. What came from a peer may have keys that applications
   * cannot set: a proxy passes them on. What is secret there is here too.
   */
  appendAll(other: Metadata): this {
    this.#checkOpen();
    this.#entries.push(...other.#entries);
    for (const key of other.#sensitive ?? []) this.markSensitive(key);
    return this;
  }

  /** Removes a key; false where it was not there. */
  delete(key: string): boolean {
    this.#checkOpen();
    const name = key.toLowerCase();
    const before = this.#entries.length;
    this.#entries = this.#entries.filter((entry) => entry[0] !== name);
    return this.#entries.length < before;
  }

  has(key: string): boolean {
    const name = key.toLowerCase();
    return this.#entries.some((entry) => entry[0] === name);
  }

  /**
   * Marks a key as secret: its values are sent so that nothing on the way keeps them in a table (RFC 7541 §7.1.3).
   * `authorization`, `cookie` and what `callCredentials` give are sent like that anyway.
   */
  markSensitive(key: string): this {
    this.#sensitive ??= new Set();
    this.#sensitive.add(key.toLowerCase());
    return this;
  }

  /** Whether a key was marked as secret. */
  isSensitive(key: string): boolean {
    return this.#sensitive?.has(key.toLowerCase()) === true;
  }

  /** Every value with its key, in order. */
  *[Symbol.iterator](): IterableIterator<[string, string | Uint8Array]> {
    for (const [key, value] of this.#entries) yield [key, value];
  }

  /** From now on changes are refused with `why`: they would be lost, as it was sent. */
  static seal(metadata: Metadata, why: string): void {
    metadata.#sealed = why;
  }

  #checkOpen(): void {
    if (this.#sealed !== undefined) throw misuse(TypeError, "GANNET_ALREADY_SENT", this.#sealed);
  }

  /** Adds what came from a peer, which is not to be refused for its form. */
  static fromWire(entries: readonly Entry[]): Metadata {
    const metadata = new Metadata();
    metadata.#entries = [...entries];
    return metadata;
  }
}

function noInit(value: unknown): TypeError {
  const hint = Symbol.iterator in Object(value) ? "; Object.fromEntries() makes one of entries" : "";
  return invalid(`metadata is made of an object with keys and values, not of ${describeValue(value)}${hint}`);
}

function checkEntry(key: string, value: unknown): Entry {
  const name = key.toLowerCase();
  if (!/^[0-9a-z_.-]+$/.test(name)) {
    throw invalid(`metadata key ${JSON.stringify(key)} has characters other than letters, digits, "_", "-" and "."`);
  }
  if ((name.startsWith("grpc-") && name !== PUSHBACK_KEY) || RESERVED.has(name))
    throw invalid(`metadata key ${JSON.stringify(key)} is reserved for gRPC itself`);
  if (name.endsWith("-bin")) {
    if (!(value instanceof Uint8Array))
      throw invalid(`metadata ${JSON.stringify(key)} takes bytes (a Uint8Array), as it ends in "-bin"`);
    return [name, value];
  }
  if (typeof value !== "string") {
    const hint = value instanceof Uint8Array ? '; bytes need a key that ends in "-bin"' : "";
    // Not the value: it may be a secret.
    const what = typeof value === "object" ? describeValue(value) : `a ${typeof value}`;
    throw invalid(`metadata ${JSON.stringify(key)} takes a string, not ${what}${hint}`);
  }
  if (!/^[\x20-\x7e]*$/.test(value)) {
    throw invalid(
      `metadata ${JSON.stringify(key)} takes printable ASCII text; other text needs a key that ends in "-bin"`,
    );
  }
  return [name, value.trim()];
}

function invalid(what: string): TypeError {
  return misuse(TypeError, "GANNET_INVALID_METADATA", what);
}
