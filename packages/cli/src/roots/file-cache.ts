import { type BigIntStats, readFileSync, statSync } from "node:fs";

/**
 * A file that was changed so shortly before it was read may be changed again without its time telling: file systems count
 * in steps, some of two seconds.
 */
const SETTLED_MS = 2_000;

interface CachedFile {
  /** How it was when it was read. */
  readonly status: BigIntStats;
  /** Text, so that what was not read again is known to be the same at one glance; bytes where they are no UTF-8. */
  readonly contents: string | Uint8Array;
  readonly isSettled: boolean;
}

/** Reads files, and a second time only those that have changed: their time, size or place on the disk tells. */
export class FileCache {
  readonly #files = new Map<string, CachedFile>();
  readonly #now: () => number;

  /** `now` gives the time, as `Date.now` does. */
  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /**
   * The contents of a file.
   *
   * @throws Error where there is none, or it cannot be read
   */
  readonly read = (disk: string): string | Uint8Array => {
    const known = this.#files.get(disk);
    // What the file is before it is read: a change meanwhile shows the next time.
    const status = statSync(disk, { bigint: true });
    if (known?.isSettled === true && isSame(known.status, status)) return known.contents;
    const changedMs = Math.max(Number(status.mtimeMs), Number(status.ctimeMs));
    const isSettled = status.isFile() && this.#now() - changedMs > SETTLED_MS;
    const contents = toText(readFileSync(disk));
    this.#files.set(disk, { status, contents, isSettled });
    return contents;
  };
}

function isSame(before: BigIntStats, now: BigIntStats): boolean {
  return (
    before.mtimeNs === now.mtimeNs &&
    before.ctimeNs === now.ctimeNs &&
    before.size === now.size &&
    before.ino === now.ino &&
    before.dev === now.dev
  );
}

function toText(bytes: Uint8Array): string | Uint8Array {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    // The compiler says what of it is no UTF-8.
    return bytes;
  }
}
