const PRIME_1 = 0x9e3779b185ebca87n;
const PRIME_2 = 0xc2b2ae3d27d4eb4fn;
const PRIME_3 = 0x165667b19e3779f9n;
const PRIME_4 = 0x85ebca77c2b2ae63n;
const PRIME_5 = 0x27d4eb2f165667c5n;
const STRIPE_BYTES = 32;

/**
 * XXH64 of bytes (xxHash specification 0.2.0, §XXH64), as an unsigned number of 64 bits. Several microseconds for a short
 * text: not for what happens more than once in a call.
 *
 * @param seed unsigned, of 64 bits
 */
export function xxhash64(bytes: Uint8Array, seed = 0n): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let offset = 0;
  let hash: bigint;
  if (bytes.length >= STRIPE_BYTES) {
    const lanes = [u64(seed + PRIME_1 + PRIME_2), u64(seed + PRIME_2), seed, u64(seed - PRIME_1)];
    for (; offset + STRIPE_BYTES <= bytes.length; offset += STRIPE_BYTES) {
      for (const [index, lane] of lanes.entries())
        lanes[index] = round(lane, view.getBigUint64(offset + 8 * index, true));
    }
    hash = lanes.reduce((sum, lane, index) => u64(sum + rotate(lane, [1n, 7n, 12n, 18n][index] ?? 0n)), 0n);
    for (const lane of lanes) hash = u64((hash ^ round(0n, lane)) * PRIME_1 + PRIME_4);
  } else {
    hash = u64(seed + PRIME_5);
  }
  hash = u64(hash + BigInt(bytes.length));
  return avalanche(addTail(hash, view, offset));
}

function addTail(start: bigint, view: DataView, from: number): bigint {
  let hash = start;
  let offset = from;
  for (; offset + 8 <= view.byteLength; offset += 8) {
    hash = u64(rotate(hash ^ round(0n, view.getBigUint64(offset, true)), 27n) * PRIME_1 + PRIME_4);
  }
  if (offset + 4 <= view.byteLength) {
    hash = u64(rotate(hash ^ u64(BigInt(view.getUint32(offset, true)) * PRIME_1), 23n) * PRIME_2 + PRIME_3);
    offset += 4;
  }
  for (; offset < view.byteLength; offset++) {
    hash = u64(rotate(hash ^ u64(BigInt(view.getUint8(offset)) * PRIME_5), 11n) * PRIME_1);
  }
  return hash;
}

function avalanche(start: bigint): bigint {
  const first = u64((start ^ (start >> 33n)) * PRIME_2);
  const second = u64((first ^ (first >> 29n)) * PRIME_3);
  return second ^ (second >> 32n);
}

function round(lane: bigint, input: bigint): bigint {
  return u64(rotate(u64(lane + u64(input * PRIME_2)), 31n) * PRIME_1);
}

function rotate(value: bigint, bits: bigint): bigint {
  return u64(value << bits) | (value >> (64n - bits));
}

function u64(value: bigint): bigint {
  return BigInt.asUintN(64, value);
}
