/**
 * Puts `content` above the line of `text` that holds `@@protoc_insertion_point(name)`, each line indented as that one is,
 * or in front of the comment where it stands in a block comment within a line: protoc's rules.
 * Undefined where there is no such point.
 */
export function insertAt(text: string, name: string, content: string): string | undefined {
  const mark = text.indexOf(`@@protoc_insertion_point(${name})`);
  if (mark < 0) return undefined;
  if (content === "") return text;
  const lines = content.replace(/\n$/, "").split("\n");
  if (mark > 3 && text.slice(mark - 3, mark - 1) === "/*") {
    return `${text.slice(0, mark - 3) + lines.join("\n")}\n${text.slice(mark - 3)}`;
  }
  const lineStart = text.lastIndexOf("\n", mark) + 1;
  const indent = /^[ \t]*/.exec(text.slice(lineStart, mark))?.[0] ?? "";
  const inserted = lines.map((line) => `${indent}${line}\n`).join("");
  return text.slice(0, lineStart) + inserted + text.slice(lineStart);
}
