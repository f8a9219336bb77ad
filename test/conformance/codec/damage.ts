import type { Random } from "./random-message.ts";

/** Makes bytes that may be no message any more of those of a message: cut off, with bits turned over, or other wire types. */
export function damage(bytes: Uint8Array, random: Random): Uint8Array {
  const kind = random();
  if (kind < 0.35) return bytes.slice(0, Math.floor(random() * bytes.length));
  return kind < 0.7 ? flipBits(bytes, random) : changeWireType(bytes, random);
}

function flipBits(bytes: Uint8Array, random: Random): Uint8Array {
  const flipped = bytes.slice();
  for (let count = 1 + Math.floor(random() * 3); count > 0 && flipped.length > 0; count--) {
    const at = Math.floor(random() * flipped.length);
    flipped[at] = (flipped[at] ?? 0) ^ (1 << Math.floor(random() * 8));
  }
  return flipped;
}

/** Gives a field that stands in the message itself another wire type: what is behind it is read in another way. */
function changeWireType(bytes: Uint8Array, random: Random): Uint8Array {
  const tags = tagsOf(bytes);
  const at = tags[Math.floor(random() * tags.length)];
  const changed = bytes.slice();
  if (at !== undefined) changed[at] = ((changed[at] ?? 0) & 0xf8) | Math.floor(random() * 6);
  return changed;
}

/** Where the tags of a valid message are, without those of groups. */
function tagsOf(bytes: Uint8Array): number[] {
  const tags: number[] = [];
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++] ?? 0;
      if (shift < 28) value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < bytes.length) {
    tags.push(at);
    const wireType = varint() & 7;
    if (wireType === 0) varint();
    else if (wireType === 1) at += 8;
    else if (wireType === 5) at += 4;
    else if (wireType === 2) {
      const length = varint();
      at += length;
    }
  }
  return tags;
}
