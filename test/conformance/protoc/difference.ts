/** One place where two descriptors differ. */
export interface Difference {
  /** As in `message_type[0] "Shelf" / field[2] "books" / json_name`. */
  readonly path: string;
  /** What protoc has there. */
  readonly theirs: string;
  /** What the compiler under test has there. */
  readonly ours: string;
}

/** What stands for a value that one side does not have. */
export const ABSENT = "(absent)";

/** The same for all differences of one cause: the path without indices and names. */
export function kindOf({ path, theirs, ours }: Difference): string {
  const kind = path.replaceAll(/ "[^"]*"/g, "").replaceAll(/\[\d+\]/g, "");
  if (ours === ABSENT) return `${kind}: missing`;
  return theirs === ABSENT ? `${kind}: too much` : kind;
}
