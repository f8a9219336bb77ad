/** The five primes of the specification, as halves of 32 bits. */
const HIGH_1 = 0x9e3779b1;
const LOW_1 = 0x85ebca87;
const HIGH_2 = 0xc2b2ae3d;
const LOW_2 = 0x27d4eb4f;
const HIGH_3 = 0x165667b1;
const LOW_3 = 0x9e3779f9;
const HIGH_4 = 0x85ebca77;
const LOW_4 = 0xc2b2ae63;
const HIGH_5 = 0x27d4eb2f;
const LOW_5 = 0x165667c5;
const STRIPE_BYTES = 32;

/**
 * XXH64 of bytes (xxHash specification 0.2.0, §XXH64), as an unsigned number of 64 bits. It counts in halves of 32 bits, as
 * numbers of 64 bits take an allocation for each step: `ring_hash` does this once for each call.
 *
 * @param seed unsigned, of 64 bits
 */
export function xxhash64(bytes: Uint8Array, seed = 0n): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [seedHigh, seedLow] = [Number(seed >> 32n), Number(seed & 0xffff_ffffn)];
  const hash = new Word(seedHigh, seedLow);
  let offset = 0;
  if (bytes.length >= STRIPE_BYTES) offset = addStripes(hash, view);
  else hash.add(HIGH_5, LOW_5);
  hash.add(0, bytes.length);
  addTail(hash, view, offset);
  hash.xorShifted(33);
  hash.multiply(HIGH_2, LOW_2);
  hash.xorShifted(29);
  hash.multiply(HIGH_3, LOW_3);
  hash.xorShifted(32);
  return (BigInt(hash.high) << 32n) | BigInt(hash.low);
}

/** Returns the offset behind the last whole stripe. */
function addStripes(hash: Word, view: DataView): number {
  const { high, low } = hash;
  const lanes = [new Word(high, low), new Word(high, low), new Word(high, low), new Word(high, low)];
  const [first, second, , fourth] = lanes;
  first?.add(HIGH_1, LOW_1);
  first?.add(HIGH_2, LOW_2);
  second?.add(HIGH_2, LOW_2);
  fourth?.subtract(HIGH_1, LOW_1);
  let offset = 0;
  while (offset + STRIPE_BYTES <= view.byteLength) {
    for (const lane of lanes) {
      lane.addRound(view.getUint32(offset + 4, true), view.getUint32(offset, true));
      offset += 8;
    }
  }
  hash.set(0, 0);
  for (const [index, lane] of lanes.entries()) {
    const rotated = new Word(lane.high, lane.low);
    rotated.rotate([1, 7, 12, 18][index] ?? 0);
    hash.add(rotated.high, rotated.low);
  }
  for (const lane of lanes) {
    mix(hash, lane.high, lane.low);
    hash.multiply(HIGH_1, LOW_1);
    hash.add(HIGH_4, LOW_4);
  }
  return offset;
}

/** Takes the result of a lane, or a whole word of the tail. */
function mix(hash: Word, high: number, low: number): void {
  const one = new Word(0, 0);
  one.addRound(high, low);
  hash.xor(one.high, one.low);
}

function addTail(hash: Word, view: DataView, from: number): void {
  let offset = from;
  for (; offset + 8 <= view.byteLength; offset += 8) {
    mix(hash, view.getUint32(offset + 4, true), view.getUint32(offset, true));
    hash.rotate(27);
    hash.multiply(HIGH_1, LOW_1);
    hash.add(HIGH_4, LOW_4);
  }
  const word = new Word(0, 0);
  if (offset + 4 <= view.byteLength) {
    word.set(0, view.getUint32(offset, true));
    word.multiply(HIGH_1, LOW_1);
    hash.xor(word.high, word.low);
    hash.rotate(23);
    hash.multiply(HIGH_2, LOW_2);
    hash.add(HIGH_3, LOW_3);
    offset += 4;
  }
  for (; offset < view.byteLength; offset++) {
    word.set(0, view.getUint8(offset));
    word.multiply(HIGH_5, LOW_5);
    hash.xor(word.high, word.low);
    hash.rotate(11);
    hash.multiply(HIGH_1, LOW_1);
  }
}

/** An unsigned number of 64 bits that changes in place. */
class Word {
  high: number;
  low: number;

  constructor(high: number, low: number) {
    this.high = high;
    this.low = low;
  }

  set(high: number, low: number): void {
    this.high = high;
    this.low = low;
  }

  add(high: number, low: number): void {
    const sum = this.low + low;
    this.low = sum >>> 0;
    this.high = (this.high + high + (sum > 0xffff_ffff ? 1 : 0)) >>> 0;
  }

  subtract(high: number, low: number): void {
    const difference = this.low - low;
    this.low = difference >>> 0;
    this.high = (this.high - high - (difference < 0 ? 1 : 0)) >>> 0;
  }

  xor(high: number, low: number): void {
    this.high = (this.high ^ high) >>> 0;
    this.low = (this.low ^ low) >>> 0;
  }

  /** XORs the number with itself, shifted to the right. */
  xorShifted(bits: number): void {
    const { high, low } = this;
    if (bits >= 32) this.low = (low ^ (high >>> (bits - 32))) >>> 0;
    else this.set((high ^ (high >>> bits)) >>> 0, (low ^ ((low >>> bits) | (high << (32 - bits)))) >>> 0);
  }

  /** To the left, by 1 to 31 bits. */
  rotate(bits: number): void {
    const { high, low } = this;
    this.high = ((high << bits) | (low >>> (32 - bits))) >>> 0;
    this.low = ((low << bits) | (high >>> (32 - bits))) >>> 0;
  }

  multiply(high: number, low: number): void {
    const a0 = this.low & 0xffff;
    const a1 = this.low >>> 16;
    const b0 = low & 0xffff;
    const b1 = low >>> 16;
    const middle = a0 * b1 + ((a0 * b0) >>> 16);
    const other = a1 * b0 + (middle & 0xffff);
    const carried = a1 * b1 + Math.floor(middle / 0x1_0000) + Math.floor(other / 0x1_0000);
    this.high = (carried + Math.imul(this.high, low) + Math.imul(this.low, high)) >>> 0;
    this.low = Math.imul(this.low, low) >>> 0;
  }

  /** What each lane does with each word. */
  addRound(high: number, low: number): void {
    const input = new Word(high, low);
    input.multiply(HIGH_2, LOW_2);
    this.add(input.high, input.low);
    this.rotate(31);
    this.multiply(HIGH_1, LOW_1);
  }
}
