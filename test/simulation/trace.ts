import { createHash } from "node:crypto";

/** All that happened in a simulated world, as one number, and as text where it is asked for. */
export class Trace {
  readonly #now: () => number;
  readonly #hash = createHash("sha256");
  readonly #lines: string[] | undefined;

  constructor(now: () => number, isKept: boolean) {
    this.#now = now;
    this.#lines = isKept ? [] : undefined;
  }

  note(what: string, bytes?: Uint8Array): void {
    const line = `${this.#now().toFixed(3)} ${what}${bytes === undefined ? "" : ` ${bytes.length}`}`;
    this.#hash.update(line);
    if (bytes !== undefined) this.#hash.update(bytes);
    this.#lines?.push(
      bytes === undefined || bytes.length > 64 ? line : `${line} ${Buffer.from(bytes).toString("hex")}`,
    );
  }

  get lines(): readonly string[] {
    return this.#lines ?? [];
  }

  /** To be asked once, at the end. */
  digest(): string {
    return this.#hash.digest("hex").slice(0, 16);
  }
}
