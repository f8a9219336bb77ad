/** `text` with each line that is not empty moved right by `columns`. */
export function indent(text: string, columns = 2): string {
  return text.replace(/^(?=.)/gm, " ".repeat(columns));
}
