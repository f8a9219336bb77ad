import { describeSystemError, Report } from "../report/index.ts";
import { FolderWatcher } from "./folder-watcher.ts";
import type { WatchScreen } from "./watch-screen.ts";

/** What is done again and again. */
export interface WatchedWork {
  /** Does it. What is found goes to the report, one for each round. */
  run(
    report: Report,
  ): Promise<{ readonly written: readonly string[]; readonly removed: readonly string[]; readonly files: number }>;
  /** The folders in which a change may make a difference to the next round. They need not exist. */
  listFolders(): Iterable<string>;
}

/** How it is done. */
export interface WatchOptions {
  readonly screen: WatchScreen;
  /** What a problem is about that names no other place. */
  readonly command: string;
  readonly format: Report["format"];
  /** Calls back when it is to end. The round under way is finished. */
  readonly onStop: (stop: () => void) => void;
}

/**
 * Does some work, and does it again whenever files have changed, until it is stopped.
 *
 * @param report is told where watching itself fails
 */
export async function watch(work: WatchedWork, options: WatchOptions, report: Report): Promise<void> {
  const watcher = new FolderWatcher();
  let isStopped = false;
  options.onStop(() => {
    isStopped = true;
    watcher.close();
  });
  try {
    while (!isStopped) {
      // Before the files are read, so that what changes meanwhile makes another round.
      if (watchFolders(watcher, work, report) === undefined) return;
      await runRound(work, options);
      // What was read for the first time may have changed before its folder was watched.
      const hasMore = watchFolders(watcher, work, report);
      if (hasMore === undefined) return;
      if (!hasMore) await watcher.waitForChange();
    }
  } finally {
    watcher.close();
  }
}

/** Whether folders are watched that were not before; undefined where the system does not watch more, which is reported. */
function watchFolders(watcher: FolderWatcher, work: WatchedWork, report: Report): boolean | undefined {
  try {
    return watcher.setFolders(work.listFolders());
  } catch (error) {
    const message = `the system does not watch so many folders: ${describeSystemError(error)}`;
    const hint = "name fewer folders, or raise the limit: on Linux that is fs.inotify.max_user_watches";
    report.error({ id: "watch-failed", message, hint });
    return undefined;
  }
}

async function runRound(work: WatchedWork, { screen, command, format }: WatchOptions): Promise<void> {
  const page = screen.createPage();
  const report = new Report(page.stream, command);
  report.format = format;
  const { files, ...changes } = await work.run(report);
  report.close();
  const watched = files === 0 ? "" : ` ${files} .proto file${files === 1 ? "" : "s"}`;
  page.show(changes, `watching${watched} for changes; Ctrl-C ends`);
}
