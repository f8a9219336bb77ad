/** The text of something that was thrown, which need not be an error, nor have a text at all. */
export function textOfThrown(thrown: unknown): string {
  try {
    return thrown instanceof Error ? `${thrown.message}` : String(thrown);
  } catch {
    return "something without a text";
  }
}

/** What was thrown, as fields of an event: text, so that logs in JSON have all of it. */
export function thrownFields(thrown: unknown): { readonly error: string; readonly stack: string | undefined } {
  try {
    const stack: unknown = thrown instanceof Error ? thrown.stack : undefined;
    return { error: String(thrown), stack: typeof stack === "string" ? stack : undefined };
  } catch {
    return { error: textOfThrown(thrown), stack: undefined };
  }
}
