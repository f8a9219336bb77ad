/** The body of a letter: it follows from who sends it, and which one it is. */
export function bodyOf(call: number, index: number, side: "request" | "reply", length: number): Uint8Array {
  const body = new Uint8Array(length);
  let state = Math.imul(call * 64 + index * 2 + (side === "reply" ? 1 : 0) + 1, 0x9e3779b1);
  for (let at = 0; at < length; at++) {
    // Runs of the same byte, so that compression has something to do.
    if (at % 7 === 0) state = (Math.imul(state, 1664525) + 1013904223) | 0;
    body[at] = state >>> 24;
  }
  return body;
}

/** What is wrong with a letter; undefined where it is the one that was sent. */
export function problemOf(
  letter: { readonly call: number; readonly index: number; readonly body: Uint8Array },
  call: number,
  index: number,
  side: "request" | "reply",
  length: number | undefined,
): string | undefined {
  const which = `${side} ${index} of call ${call}`;
  if (length === undefined) return `${which} was never sent`;
  if (letter.call !== call || letter.index !== index) return `${which} is that of call ${letter.call}, ${letter.index}`;
  if (letter.body.length !== length) return `${which} has ${letter.body.length} bytes, not ${length}`;
  return Buffer.compare(letter.body, bodyOf(call, index, side, length)) === 0 ? undefined : `${which} has other bytes`;
}
