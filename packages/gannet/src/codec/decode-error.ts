/** What is known of what went wrong. */
interface DecodeErrorOptions {
  readonly offset: number;
  readonly path: string;
  readonly cause: unknown;
}

/** Bytes that are not the message they should be. */
export class DecodeError extends Error {
  override readonly name = "DecodeError";
  /** Where it went wrong, counted from the start of the message. */
  readonly offset: number;
  /** The field it went wrong in, such as `shapes.Large.rows[3].name`; the type alone where it was in none. */
  readonly path: string;

  constructor(problem: string, { offset, path, cause }: DecodeErrorOptions) {
    super(`${path}: ${problem} (at byte ${offset})`, { cause });
    this.offset = offset;
    this.path = path;
  }
}
