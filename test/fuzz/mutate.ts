import type { SeededChoice } from "../simulation/seeded-choice.ts";

const MAX_INPUT_BYTES = 4_096;
const MAX_STEPS = 6;
/** Numbers at which things change. */
const EDGES = [0, 1, 2, 0x10, 0x3f, 0x40, 0x7f, 0x80, 0xfe, 0xff] as const;

/** Makes an input of another one that was of use, and of a further one. */
export function mutate(
  choice: SeededChoice,
  parent: Uint8Array,
  other: Uint8Array,
  pieces: readonly Uint8Array[],
): Uint8Array {
  let bytes = Uint8Array.from(parent);
  for (let step = choice.between(1, MAX_STEPS); step > 0; step--) bytes = mutateOnce(choice, bytes, other, pieces);
  return bytes.length > MAX_INPUT_BYTES ? bytes.slice(0, MAX_INPUT_BYTES) : bytes;
}

function mutateOnce(
  choice: SeededChoice,
  bytes: Uint8Array<ArrayBuffer>,
  other: Uint8Array,
  pieces: readonly Uint8Array[],
): Uint8Array<ArrayBuffer> {
  const at = choice.between(0, Math.max(0, bytes.length - 1));
  const length = Math.min(bytes.length - at, choice.magnitude(1, 64));
  switch (choice.between(0, 9)) {
    case 0:
      if (bytes.length > 0) bytes[at] = (bytes[at] ?? 0) ^ (1 << choice.between(0, 7));
      return bytes;
    case 1:
      if (bytes.length > 0) bytes[at] = choice.between(0, 255);
      return bytes;
    case 2:
      if (bytes.length > 0) bytes[at] = choice.pick(EDGES);
      return bytes;
    case 3:
      if (bytes.length > 0) bytes[at] = (bytes[at] ?? 0) + choice.between(-16, 16);
      return bytes;
    case 4:
      return splice(bytes, at, length, new Uint8Array(0));
    case 5:
      return splice(bytes, at, 0, bytes.slice(at, at + length));
    case 6: {
      const from = choice.between(0, Math.max(0, other.length - 1));
      return splice(bytes, at, choice.chance(0.5) ? length : 0, other.slice(from, from + choice.magnitude(1, 128)));
    }
    case 7:
      return splice(
        bytes,
        choice.chance(0.4) ? bytes.length : at,
        0,
        new Uint8Array(choice.magnitude(1, 32)).fill(choice.pick(EDGES)),
      );
    default:
      if (pieces.length === 0) return bytes;
      return splice(bytes, choice.chance(0.6) ? bytes.length : at, 0, choice.pick(pieces));
  }
}

function splice(bytes: Uint8Array, at: number, removed: number, inserted: Uint8Array): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array(bytes.length - removed + inserted.length);
  result.set(bytes.subarray(0, at));
  result.set(inserted, at);
  result.set(bytes.subarray(at + removed), at + inserted.length);
  return result;
}
