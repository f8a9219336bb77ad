import type { ReportStream } from "../report/index.ts";

/** What standard error is to a screen: a terminal or not. */
export interface ScreenStream extends ReportStream {
  readonly isTTY?: boolean | undefined;
}

/** The files that a round wrote and removed, as the user calls them. */
export interface FileChanges {
  readonly written: readonly string[];
  readonly removed: readonly string[];
}

/** Empties a terminal's screen and what was scrolled out of it, and goes to its top. */
const CLEAR = "\x1b[2J\x1b[3J\x1b[H";

/**
 * Shows what each round found: on a terminal in the place of what the round before found, elsewhere behind it. What has not
 * changed is not shown again.
 */
export class WatchScreen {
  readonly #findings: ScreenStream;
  readonly #progress: { write(text: string): unknown };
  #last: string | undefined;

  /** `findings` is what problems are written to, `progress` what is told of the rest. */
  constructor(findings: ScreenStream, progress: { write(text: string): unknown }) {
    this.#findings = findings;
    this.#progress = progress;
  }

  /** A stream for the report of one round, whose text is shown when the round is over. */
  createPage(): { readonly stream: ReportStream; readonly show: (changes: FileChanges, status: string) => void } {
    let text = "";
    const colours = this.#findings.hasColors;
    const stream: ReportStream = {
      write: (piece) => {
        text += piece;
      },
      ...(colours === undefined ? {} : { hasColors: () => colours.call(this.#findings) }),
    };
    return { stream, show: (changes, status) => this.#show(text, changes, status) };
  }

  #show(text: string, { written, removed }: FileChanges, status: string): void {
    if (text === this.#last && written.length === 0 && removed.length === 0) return;
    this.#last = text;
    const page = this.#findings.isTTY === true ? CLEAR + text : text;
    if (page !== "") this.#findings.write(page);
    const lines = [...written.map((name) => `wrote ${name}`), ...removed.map((name) => `removed ${name}`), status];
    this.#progress.write(lines.map((line) => `${line}\n`).join(""));
  }
}
