import type { FileContents } from "./read-file.ts";

/** The text of a file in UTF-16, which some editors and shells write: its first bytes tell. Undefined for all others. */
export function decodeUtf16(contents: FileContents): string | undefined {
  if (typeof contents === "string") return undefined;
  const [first, second] = contents;
  const isLittleEndian = first === 0xff && second === 0xfe;
  if (!isLittleEndian && !(first === 0xfe && second === 0xff)) return undefined;
  return new TextDecoder(isLittleEndian ? "utf-16le" : "utf-16be", { ignoreBOM: true }).decode(contents);
}
