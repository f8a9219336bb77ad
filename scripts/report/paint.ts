const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, blue: 34, cyan: 36 } as const;

/** How a piece of text looks in a terminal. */
export type Style = keyof typeof CODES;

/** Paints `text` where standard output is a terminal that shows colours; leaves it as it is elsewhere. */
export function paint(style: Style, text: string): string {
  return hasColours() ? `\u001b[${CODES[style]}m${text}\u001b[0m` : text;
}

/** As https://no-color.org and FORCE_COLOR ask. */
function hasColours(): boolean {
  if (process.env["NO_COLOR"]) return false;
  if (process.env["FORCE_COLOR"]) return process.env["FORCE_COLOR"] !== "0";
  return process.stdout.isTTY;
}
