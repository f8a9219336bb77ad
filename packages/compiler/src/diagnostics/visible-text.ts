/** A tab stands for so many columns in what is shown. */
const TAB_COLUMNS = 4;

/**
 * What a terminal would obey rather than show, or show nothing for: control characters (C0, DEL, C1), characters that turn
 * the direction of text or have no width, line separators, and halves of surrogate pairs.
 */
const HIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]|\udb40[\udc00-\udfff]/g;

/**
 * Text from a .proto file or of a path as it can be shown: on one line, tabs as spaces, and what would steer the terminal or
 * deceive the reader (CVE-2021-42574) as `\u{1b}`.
 */
export function visibleText(text: string): string {
  return text.replace(HIDDEN, (character) => {
    if (character === "\t") return " ".repeat(TAB_COLUMNS);
    return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
  });
}

/** Text of several lines as it can be shown. Those behind the first are indented: none can pass for a finding of its own. */
export function visibleLines(text: string): string {
  return text.split("\n").map(visibleText).join("\n  ");
}

/** How many columns a terminal needs for text that `visibleText` made, close enough to put a mark under it. */
export function widthOf(visible: string): number {
  let width = 0;
  for (const _character of visible) width++;
  return width;
}
