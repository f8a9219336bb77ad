import { type FSWatcher, type Stats, statSync, watch } from "node:fs";
import path from "node:path";
import { errorCode } from "../report/index.ts";

/** An editor's save is several events: it is over when there has been none for so long. */
const QUIET_MS = 10;
/** But where they do not end, nobody waits longer. */
const MAX_DELAY_MS = 100;

/** What the system says when it does not watch more. */
const OUT_OF_WATCHES: readonly string[] = ["ENOSPC", "EMFILE", "ENFILE"];

/** A folder that is watched. */
interface WatchedFolder {
  readonly watcher: FSWatcher;
  /** What was there when that began: a folder that was made anew has the same path, and is another. */
  readonly status: Stats;
}

/**
 * Tells when something may have changed in some folders. Folders are watched rather than files, because editors save by
 * putting another file in the place of the first; and one by one rather than with all that is below them, because a system
 * allows for so many only, and `node_modules` may be among them.
 */
export class FolderWatcher {
  readonly #folders = new Map<string, WatchedFolder>();
  #hasChanged = false;
  #quietTimer: NodeJS.Timeout | undefined;
  #delayTimer: NodeJS.Timeout | undefined;
  #isClosed = false;
  #wake: () => void = () => {};

  /**
   * Watches these folders from now on, and no others; in the place of one that is not there, the folder around it that is.
   * True where some were not watched before, so that what has changed in them was not seen.
   *
   * @throws Error where the system does not watch more of them
   */
  setFolders(folders: Iterable<string>): boolean {
    if (this.#isClosed) return false;
    const wanted = new Map<string, Stats>();
    for (const folder of folders) {
      const [place, status] = findExisting(folder) ?? [];
      if (place !== undefined && status !== undefined) wanted.set(place, status);
    }
    for (const [folder, { status }] of this.#folders) {
      const now = wanted.get(folder);
      if (now?.ino !== status.ino || now.dev !== status.dev) this.#unwatch(folder);
    }
    let isNew = false;
    for (const [folder, status] of wanted) {
      if (this.#folders.has(folder)) continue;
      isNew = true;
      this.#watch(folder, status);
    }
    return isNew;
  }

  /** How many folders are watched. */
  get size(): number {
    return this.#folders.size;
  }

  /** Waits until something has changed since the last time, and is over; or until `close` was called. */
  async waitForChange(): Promise<void> {
    while (!this.#isClosed && !this.#hasChanged) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    this.#hasChanged = false;
  }

  /** Ends watching, and waiting. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#quietTimer);
    clearTimeout(this.#delayTimer);
    for (const folder of this.#folders.keys()) this.#unwatch(folder);
    this.#wake();
  }

  #watch(folder: string, status: Stats): void {
    let watcher: FSWatcher;
    try {
      watcher = watch(folder, (_event, name) => {
        if (this.#matters(folder, name)) this.#onEvent();
      });
    } catch (error) {
      const code = errorCode(error);
      if (code !== undefined && OUT_OF_WATCHES.includes(code)) throw error;
      // It has vanished since it was looked at, and is looked for again; or may not be watched, and goes without.
      if (code === "ENOENT") this.#onEvent();
      return;
    }
    // Such as when the folder is gone: then looking for it again is what to do.
    watcher.on("error", () => {
      this.#unwatch(folder);
      this.#onEvent();
    });
    this.#folders.set(folder, { watcher, status });
  }

  #unwatch(folder: string): void {
    this.#folders.get(folder)?.watcher.close();
    this.#folders.delete(folder);
  }

  /** Whether an event may be about a .proto file or a folder: what we write ourselves is neither. */
  #matters(folder: string, name: string | null): boolean {
    if (name === null || [".proto", ""].includes(path.extname(name))) return true;
    const place = path.join(folder, name);
    return this.#folders.has(place) || readFolder(place) !== undefined;
  }

  #onEvent(): void {
    if (this.#isClosed) return;
    clearTimeout(this.#quietTimer);
    this.#quietTimer = setTimeout(() => this.#onQuiet(), QUIET_MS);
    this.#delayTimer ??= setTimeout(() => this.#onQuiet(), MAX_DELAY_MS);
  }

  #onQuiet(): void {
    clearTimeout(this.#quietTimer);
    clearTimeout(this.#delayTimer);
    this.#delayTimer = undefined;
    this.#hasChanged = true;
    this.#wake();
  }
}

/** The folder, or the nearest one around it that exists. */
function findExisting(folder: string): [path: string, status: Stats] | undefined {
  for (let place = folder; ; place = path.dirname(place)) {
    const status = readFolder(place);
    if (status !== undefined) return [place, status];
    if (path.dirname(place) === place) return undefined;
  }
}

function readFolder(place: string): Stats | undefined {
  try {
    const status = statSync(place);
    return status.isDirectory() ? status : undefined;
  } catch {
    // Not there, or out of reach: either way it is not what to watch.
    return undefined;
  }
}
