/** What a frame starts with, and what one starts with that holds nothing (RFC 8878 §3.1). */
const MAGIC = 0xfd2fb528;
const SKIPPABLE_MAGIC = 0x184d2a50;
const SKIPPABLE_MASK = 0xfffffff0;
const DICTIONARY_ID_BYTES = [0, 1, 2, 4] as const;
const CONTENT_SIZE_BYTES = [0, 2, 4, 8] as const;
const BLOCK_HEADER_BYTES = 3;
const CHECKSUM_BYTES = 4;
const RLE_BLOCK = 1;

/**
 * Whether the first frame with something in it is all there. Node 22 decompresses the start of a frame to the start of
 * what it holds, or to nothing, without a word.
 */
export function isWholeZstdFrame(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  while (at + 8 <= bytes.length && (view.getUint32(at, true) & SKIPPABLE_MASK) >>> 0 === SKIPPABLE_MAGIC) {
    at += 8 + view.getUint32(at + 4, true);
  }
  if (at + 5 > bytes.length || view.getUint32(at, true) !== MAGIC) return false;
  const descriptor = view.getUint8(at + 4);
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const sizeFlag = descriptor >>> 6;
  at += 5 + (isSingleSegment ? 0 : 1) + (DICTIONARY_ID_BYTES[descriptor & 3] ?? 0);
  at += sizeFlag === 0 && isSingleSegment ? 1 : (CONTENT_SIZE_BYTES[sizeFlag] ?? 0);
  for (let isLast = false; !isLast; ) {
    if (at + BLOCK_HEADER_BYTES > bytes.length) return false;
    const header = view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
    isLast = (header & 1) !== 0;
    at += BLOCK_HEADER_BYTES + (((header >>> 1) & 3) === RLE_BLOCK ? 1 : header >>> 3);
  }
  return at + ((descriptor & 4) === 0 ? 0 : CHECKSUM_BYTES) <= bytes.length;
}
