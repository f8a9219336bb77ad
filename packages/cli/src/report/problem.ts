/** Something wrong that is not in the text of a .proto file: a flag, a path, a plugin, an output. */
export interface Problem {
  /** Stable and documented in docs/diagnostics.md; the message may change, this may not. */
  readonly id: string;
  /**
   * What it is about, as the user wrote it: a path or a flag.
   *
   * @default the name of the command
   */
  readonly place?: string | undefined;
  readonly message: string;
  /** What to do about it, when that is known. */
  readonly hint?: string | undefined;
}
