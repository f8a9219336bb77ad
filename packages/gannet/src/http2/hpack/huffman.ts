import { onFirstUse, readLatin1 } from "../../base/index.ts";
import { HpackError } from "./hpack-error.ts";

/** How many bits the code of each byte has (RFC 7541 Appendix B). The codes follow: they are canonical. */
// biome-ignore format: a table of 16 by 16
const CODE_LENGTHS = [
  13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28,
  28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
   6, 10, 10, 12, 13,  6,  8, 11, 10, 10,  8, 11,  8,  6,  6,  6,
   5,  5,  5,  6,  6,  6,  6,  6,  6,  6,  7,  8, 15,  6, 12, 10,
  13,  6,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,
   7,  7,  7,  7,  7,  7,  7,  7,  8,  7,  8, 13, 19, 13, 14,  6,
  15,  5,  6,  5,  6,  5,  6,  6,  6,  5,  7,  7,  6,  6,  6,  5,
   6,  7,  6,  5,  5,  6,  7,  7,  7,  7,  7, 15, 11, 14, 13, 28,
  20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23,
  24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
  22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23,
  21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
  26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25,
  19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
  20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23,
  26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
];
const END_OF_STRING = 256;
const END_OF_STRING_LENGTH = 30;

const { codes, lengths } = assignCodes();

/** Codes of one length are consecutive, in the order of their bytes; each length goes on where the one before ended. */
function assignCodes(): { readonly codes: Uint32Array; readonly lengths: Uint8Array } {
  const allLengths = Uint8Array.from([...CODE_LENGTHS, END_OF_STRING_LENGTH]);
  const allCodes = new Uint32Array(allLengths.length);
  let code = 0;
  for (let length = 1; length <= END_OF_STRING_LENGTH; length++) {
    code *= 2;
    for (let symbol = 0; symbol < allLengths.length; symbol++)
      if (allLengths[symbol] === length) allCodes[symbol] = code++;
  }
  return { codes: allCodes, lengths: allLengths };
}

// The decoder goes from state to state by four bits at a time. No code is shorter than five bits, so that a step
// completes one symbol at most. An entry holds the next state, the symbol, and what may be said of them.
const EMITS = 1 << 16;
const ACCEPTS = 1 << 17;
const FAILS = 1 << 18;
const SYMBOL_SHIFT = 8;
/** Made when a string is decoded first: it takes a twentieth of the time that loading all of gannet does. */
const transitions = onFirstUse(buildTransitions);

function buildTransitions(): Uint32Array {
  const children: (readonly [number, number] | undefined)[] = [];
  const grown: [number, number][] = [[0, 0]];
  // Positive: the node of that number. Negative: a leaf, its symbol being -value - 1.
  for (let symbol = 0; symbol <= END_OF_STRING; symbol++) {
    let node = 0;
    const length = lengths[symbol]!;
    for (let bit = length - 1; bit >= 0; bit--) {
      const branch = ((codes[symbol]! >>> bit) & 1) as 0 | 1;
      if (bit === 0) grown[node]![branch] = -symbol - 1;
      else {
        if (grown[node]![branch] === 0) grown[node]![branch] = grown.push([0, 0]) - 1;
        node = grown[node]![branch];
      }
    }
  }
  children.push(...grown);
  const accepting = findAccepting(grown);
  const table = new Uint32Array(grown.length * 16);
  for (let state = 0; state < grown.length; state++) {
    for (let bits = 0; bits < 16; bits++) table[state * 16 + bits] = step(grown, accepting, state, bits);
  }
  return table;
}

/** States in which a string may end: less than eight bits since the last symbol, all of them ones (RFC 7541 §5.2). */
function findAccepting(nodes: readonly (readonly [number, number])[]): ReadonlySet<number> {
  const accepting = new Set([0]);
  let node = 0;
  for (let bits = 0; bits < 7; bits++) {
    node = nodes[node]![1];
    accepting.add(node);
  }
  return accepting;
}

function step(
  nodes: readonly (readonly [number, number])[],
  accepting: ReadonlySet<number>,
  state: number,
  bits: number,
): number {
  let node = state;
  let entry = 0;
  for (let bit = 3; bit >= 0; bit--) {
    const next = nodes[node]![((bits >>> bit) & 1) as 0 | 1];
    if (next >= 0) {
      node = next;
      continue;
    }
    const symbol = -next - 1;
    if (symbol === END_OF_STRING) return FAILS;
    entry |= EMITS | (symbol << SYMBOL_SHIFT);
    node = 0;
  }
  return entry | node | (accepting.has(node) ? ACCEPTS : 0);
}

/** Where strings are put together; only one at a time is. */
const SCRATCH = new Uint8Array(4096);

/**
 * Decodes a Huffman-coded string to text of one byte a character.
 *
 * @throws HpackError for a code that does not exist, or padding that is none
 */
export function decodeHuffman(bytes: Uint8Array, start: number, end: number): string {
  // No symbol takes less than five bits.
  const needed = Math.ceil(((end - start) * 8) / 5) + 1;
  const out = needed <= SCRATCH.length ? SCRATCH : new Uint8Array(needed);
  const table = transitions();
  let length = 0;
  let entry = ACCEPTS;
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    entry = table[((entry & 0xff) << 4) | (byte >>> 4)]!;
    if (entry & EMITS) out[length++] = (entry >>> SYMBOL_SHIFT) & 0xff;
    if (entry & FAILS) break;
    entry = table[((entry & 0xff) << 4) | (byte & 15)]!;
    if (entry & EMITS) out[length++] = (entry >>> SYMBOL_SHIFT) & 0xff;
    if (entry & FAILS) break;
  }
  if ((entry & ACCEPTS) === 0) throw new HpackError("a Huffman-coded string does not end as it should");
  return readLatin1(out, 0, length);
}

/** How many bytes a text takes when Huffman-coded. */
export function huffmanLength(text: string): number {
  let bits = 0;
  for (let at = 0; at < text.length; at++) bits += lengths[text.charCodeAt(at) & 0xff]!;
  return (bits + 7) >>> 3;
}

/** Writes a text of one byte a character Huffman-coded and returns the offset behind it. */
export function writeHuffman(out: Uint8Array, offset: number, text: string): number {
  let at = offset;
  let pending = 0;
  let pendingBits = 0;
  for (let index = 0; index < text.length; index++) {
    const symbol = text.charCodeAt(index) & 0xff;
    let bits = lengths[symbol]!;
    let code = codes[symbol]!;
    // At most seven bits are pending: with up to 24 more they fit 31.
    if (bits > 24) {
      const high = bits - 24;
      pending = (pending << high) | (code >>> 24);
      pendingBits += high;
      while (pendingBits >= 8) {
        pendingBits -= 8;
        out[at++] = pending >>> pendingBits;
      }
      code &= 0xffffff;
      bits = 24;
    }
    pending = ((pending & ((1 << pendingBits) - 1)) << bits) | code;
    pendingBits += bits;
    while (pendingBits >= 8) {
      pendingBits -= 8;
      out[at++] = pending >>> pendingBits;
    }
  }
  if (pendingBits > 0) out[at++] = ((pending << (8 - pendingBits)) | (0xff >>> pendingBits)) & 0xff;
  return at;
}
