/** The text of something that was thrown, which need not be an error, nor have a text at all. */
export function textOfThrown(thrown: unknown): string {
  try {
    return thrown instanceof Error ? `${thrown.message}` : String(thrown);
  } catch {
    return "something without a text";
  }
}
