import { readLatin1 } from "../../base/index.ts";
import { DynamicTable } from "./dynamic-table.ts";
import { HeaderField } from "./header-field.ts";
import { HeaderList } from "./header-list.ts";
import { HpackError } from "./hpack-error.ts";
import { decodeHuffman } from "./huffman.ts";
import { STATIC_ENTRIES, STATIC_TABLE } from "./static-table.ts";

const STATIC_FIELDS: readonly HeaderField[] = STATIC_TABLE.map(([name, value]) => new HeaderField(name, value));

/** Blocks that were decoded and inserted nothing, kept so that equal ones need not be decoded again. */
const CACHED_BLOCKS = 16;
/** A longer block is not worth comparing. */
const MAX_CACHED_BYTES = 512;
/** After this many blocks that were not found, look only at every so many-th. */
const MISSES_BEFORE_BACKOFF = 32;
const BACKOFF_MASK = 15;
const NOTHING = new Uint8Array(0);

class CachedBlock {
  readonly bytes: Uint8Array;
  readonly generation: number;
  readonly list: HeaderList;

  constructor(bytes: Uint8Array, generation: number, list: HeaderList) {
    this.bytes = bytes;
    this.generation = generation;
    this.list = list;
  }
}

/** What a decoder allows. */
export interface HpackDecoderOptions {
  /** The table size that was announced in SETTINGS_HEADER_TABLE_SIZE. */
  readonly tableBytes: number;
  /** Largest sum of field sizes in a list; beyond it, fields are decoded for the table's sake and dropped. */
  readonly maxListBytes: number;
  /** Most fields in a list, likewise. */
  readonly maxFields: number;
}

/** Decodes header blocks (RFC 7541). One for each connection: what comes depends on what came before. */
export class HpackDecoder {
  readonly #options: HpackDecoderOptions;
  readonly #table: DynamicTable;
  readonly #cache: CachedBlock[] = [];
  #cacheNext = 0;
  #misses = 0;
  #at = 0;
  #end = 0;
  #bytes: Uint8Array = NOTHING;

  constructor(options: HpackDecoderOptions) {
    this.#options = options;
    this.#table = new DynamicTable(options.tableBytes);
  }

  /**
   * Decodes one complete block. Undefined for a list over the limits: the table is right all the same.
   *
   * @throws HpackError when the block is malformed
   */
  decode(bytes: Uint8Array, start: number, end: number): HeaderList | undefined {
    const length = end - start;
    const isCachable = length <= MAX_CACHED_BYTES && this.#isWorthLooking();
    if (isCachable) {
      const known = this.#find(bytes, start, length);
      if (known !== undefined) {
        this.#misses = 0;
        return known;
      }
      this.#misses++;
    }
    const generation = this.#table.generation;
    const list = this.#decodeNew(bytes, start, end);
    if (isCachable && list !== undefined && this.#table.generation === generation)
      this.#remember(bytes, start, end, list);
    return list;
  }

  /** Blocks that differ each time, as with a deadline in them, would only push the others out. */
  #isWorthLooking(): boolean {
    if (this.#misses < MISSES_BEFORE_BACKOFF) return true;
    if ((this.#misses & BACKOFF_MASK) === 0) return true;
    this.#misses++;
    return false;
  }

  #find(bytes: Uint8Array, start: number, length: number): HeaderList | undefined {
    const generation = this.#table.generation;
    for (const block of this.#cache) {
      if (block.generation !== generation || block.bytes.length !== length) continue;
      // What differs between the blocks of a client is mostly at their end.
      let at = length - 1;
      while (at >= 0 && block.bytes[at] === bytes[start + at]) at--;
      if (at < 0) return block.list;
    }
    return undefined;
  }

  #remember(bytes: Uint8Array, start: number, end: number, list: HeaderList): void {
    this.#cache[this.#cacheNext] = new CachedBlock(copyOf(bytes, start, end), this.#table.generation, list);
    this.#cacheNext = (this.#cacheNext + 1) % CACHED_BLOCKS;
  }

  #decodeNew(bytes: Uint8Array, start: number, end: number): HeaderList | undefined {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
    const { maxListBytes, maxFields } = this.#options;
    const fields: HeaderField[] = [];
    let size = 0;
    let isFieldSeen = false;
    while (this.#at < end) {
      const byte = bytes[this.#at]!;
      if ((byte & 0xe0) === 0x20) {
        if (isFieldSeen) throw new HpackError("a table size update stands behind a field");
        this.#updateTableSize();
        continue;
      }
      isFieldSeen = true;
      const field = byte & 0x80 ? this.#indexed(this.#integer(7)) : this.#literal(byte);
      size += field.size;
      if (size <= maxListBytes && fields.length < maxFields) fields.push(field);
      else size = Number.POSITIVE_INFINITY;
    }
    this.#bytes = NOTHING;
    return size === Number.POSITIVE_INFINITY ? undefined : new HeaderList(fields, size);
  }

  #indexed(index: number): HeaderField {
    const field = index <= STATIC_ENTRIES ? STATIC_FIELDS[index - 1] : this.#table.at(index - STATIC_ENTRIES - 1);
    if (field === undefined) throw new HpackError(`there is no entry ${index} in the tables`);
    return field;
  }

  /** A literal: 01 with incremental indexing, 0000 without, 0001 never indexed (RFC 7541 §6.2). */
  #literal(byte: number): HeaderField {
    const isIndexed = (byte & 0x40) !== 0;
    const nameIndex = this.#integer(isIndexed ? 6 : 4);
    const name = nameIndex === 0 ? this.#string() : this.#indexed(nameIndex).name;
    const field = new HeaderField(name, this.#string());
    if (isIndexed) this.#table.insert(field);
    return field;
  }

  #updateTableSize(): void {
    const size = this.#integer(5);
    if (size > this.#options.tableBytes) throw new HpackError(`a table of ${size} bytes is more than was allowed`);
    this.#table.setCapacity(size);
  }

  /** An integer whose first bits stand in the byte at hand (RFC 7541 §5.1). */
  #integer(prefixBits: number): number {
    const mask = (1 << prefixBits) - 1;
    let value = this.#bytes[this.#at++]! & mask;
    if (value < mask) return value;
    for (let shift = 0; shift <= 21; shift += 7) {
      if (this.#at >= this.#end) throw new HpackError("a header block ends inside an integer");
      const byte = this.#bytes[this.#at++]!;
      value += (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw new HpackError("an integer is too large");
  }

  #string(): string {
    if (this.#at >= this.#end) throw new HpackError("a header block ends before a string");
    const isHuffman = (this.#bytes[this.#at]! & 0x80) !== 0;
    const length = this.#integer(7);
    const start = this.#at;
    const end = start + length;
    if (end > this.#end) throw new HpackError("a header block ends inside a string");
    this.#at = end;
    return isHuffman ? decodeHuffman(this.#bytes, start, end) : readLatin1(this.#bytes, start, end);
  }
}

/** A Buffer's own slice would be a view. */
function copyOf(bytes: Uint8Array, start: number, end: number): Uint8Array {
  return Uint8Array.prototype.slice.call(bytes, start, end);
}
