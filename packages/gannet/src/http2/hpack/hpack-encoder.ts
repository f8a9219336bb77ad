import { isSensitive } from "./header-field.ts";
import { huffmanLength, writeHuffman } from "./huffman.ts";
import { ENTRY_OVERHEAD_BYTES, STATIC_ENTRIES, STATIC_TABLE } from "./static-table.ts";

/** The first entry of each name, and the entry of each pair. */
const STATIC_NAMES: ReadonlyMap<string, number> = new Map(
  STATIC_TABLE.map(([name], index): [string, number] => [name, index + 1]).reverse(),
);
const STATIC_PAIRS: ReadonlyMap<string, number> = new Map(
  STATIC_TABLE.map(([name, value], index) => [pairKey(name, value), index + 1]),
);

function pairKey(name: string, value: string): string {
  return `${name}\0${value}`;
}

/** Our own table never gets larger than this, whatever the peer offers: it costs memory on both sides. */
const MAX_TABLE_BYTES = 4096;
/** The most that a field takes beside its name and value: three integers. */
const FIELD_OVERHEAD_BYTES = 16;
const NOTHING = new Uint8Array(0);

interface TableEntry {
  readonly name: string;
  readonly value: string;
  readonly size: number;
}

/**
 * Fields that are sent together again and again, such as the head of a request to one method. Belongs to the encoder
 * that made it, which keeps their bytes as long as its table stays as it is.
 */
export class HeaderTemplate {
  readonly fields: readonly (readonly [name: string, value: string])[];
  /** An upper bound of what the fields take. */
  readonly maxBytes: number;
  bytes: Uint8Array = NOTHING;
  generation = -1;

  constructor(fields: readonly (readonly [name: string, value: string])[]) {
    this.fields = fields;
    this.maxBytes = fields.reduce((sum, [name, value]) => sum + name.length + value.length + FIELD_OVERHEAD_BYTES, 0);
  }

  /** Writes the fields into a block of the encoder that it belongs to. Returns the offset behind them. */
  write(encoder: HpackEncoder, out: Uint8Array, offset: number): number {
    return encoder.writeTemplate(out, offset, this);
  }
}

/** Encodes header blocks (RFC 7541). One for each connection. */
export class HpackEncoder {
  /** Newest last. Few, and looked through only when a template is encoded anew: a map would be most of an idle encoder. */
  #entries: TableEntry[] = [];
  #size = 0;
  #capacity = MAX_TABLE_BYTES;
  /** Smallest and last capacity since the last block, to be told to the peer at the start of the next one. */
  #pendingMinimum: number | undefined;
  #generation = 0;

  /** Takes over the table size that the peer allows in SETTINGS_HEADER_TABLE_SIZE. */
  setPeerTableBytes(bytes: number): void {
    const capacity = Math.min(bytes, MAX_TABLE_BYTES);
    if (capacity === this.#capacity && this.#pendingMinimum === undefined) return;
    this.#capacity = capacity;
    this.#pendingMinimum = Math.min(this.#pendingMinimum ?? capacity, capacity);
    this.#evict(capacity);
    this.#generation++;
  }

  /** The most bytes that one field can take. */
  static maxFieldBytes(name: string, value: string): number {
    return name.length + value.length + FIELD_OVERHEAD_BYTES;
  }

  /** Writes what a block has to start with. Returns the offset behind it. */
  writeStart(out: Uint8Array, offset: number): number {
    if (this.#pendingMinimum === undefined) return offset;
    let at = offset;
    if (this.#pendingMinimum < this.#capacity) at = writeInteger(out, at, 0x20, 5, this.#pendingMinimum);
    at = writeInteger(out, at, 0x20, 5, this.#capacity);
    this.#pendingMinimum = undefined;
    return at;
  }

  /** Writes the fields of a template, keeping them in the table. Returns the offset behind them. */
  writeTemplate(out: Uint8Array, offset: number, template: HeaderTemplate): number {
    if (template.generation === this.#generation) {
      // Mostly a few bytes, for which a loop is cheaper than `set`.
      let at = offset;
      for (const byte of template.bytes) out[at++] = byte;
      return at;
    }
    const before = this.#generation;
    let at = offset;
    for (const [name, value] of template.fields) at = this.#writeIndexed(out, at, name, value);
    if (this.#generation === before) {
      template.generation = before;
      // A Buffer's own slice would be a view.
      template.bytes = Uint8Array.prototype.slice.call(out, offset, at);
    }
    return at;
  }

  /**
   * Writes a field that is not expected again, or must not be kept. Returns the offset behind it.
   *
   * @param isSecret true for a field that must not be kept, whatever its name
   */
  writeField(out: Uint8Array, offset: number, name: string, value: string, isSecret = false): number {
    const nameIndex = STATIC_NAMES.get(name) ?? 0;
    let at = writeInteger(out, offset, isSecret || isSensitive(name) ? 0x10 : 0x00, 4, nameIndex);
    if (nameIndex === 0) at = writeString(out, at, name);
    return writeString(out, at, value);
  }

  #writeIndexed(out: Uint8Array, offset: number, name: string, value: string): number {
    const fixed = STATIC_PAIRS.get(pairKey(name, value));
    if (fixed !== undefined) return writeInteger(out, offset, 0x80, 7, fixed);
    const index = this.#indexOf(name, value);
    if (index > 0) return writeInteger(out, offset, 0x80, 7, STATIC_ENTRIES + index);
    const size = name.length + value.length + ENTRY_OVERHEAD_BYTES;
    // An entry that takes half of the table would only push the others out.
    if (size > this.#capacity / 2 || isSensitive(name)) return this.writeField(out, offset, name, value);
    const nameIndex = STATIC_NAMES.get(name) ?? 0;
    let at = writeInteger(out, offset, 0x40, 6, nameIndex);
    if (nameIndex === 0) at = writeHuffmanString(out, at, name);
    at = writeHuffmanString(out, at, value);
    this.#insert({ name, value, size });
    return at;
  }

  /** The place of an entry in the table, the newest being number 1; 0 where there is none (RFC 7541 §2.3.3). */
  #indexOf(name: string, value: string): number {
    for (let at = this.#entries.length - 1; at >= 0; at--) {
      const entry = this.#entries[at]!;
      if (entry.value === value && entry.name === name) return this.#entries.length - at;
    }
    return 0;
  }

  #insert(entry: TableEntry): void {
    this.#evict(this.#capacity - entry.size);
    this.#entries.push(entry);
    this.#size += entry.size;
    this.#generation++;
  }

  #evict(size: number): void {
    let gone = 0;
    while (gone < this.#entries.length && this.#size > size) this.#size -= this.#entries[gone++]!.size;
    if (gone > 0) this.#entries = this.#entries.slice(gone);
  }
}

/** Writes an integer behind the first bits of a byte (RFC 7541 §5.1). Returns the offset behind it. */
function writeInteger(out: Uint8Array, offset: number, first: number, prefixBits: number, value: number): number {
  const mask = (1 << prefixBits) - 1;
  if (value < mask) {
    out[offset] = first | value;
    return offset + 1;
  }
  out[offset] = first | mask;
  let rest = value - mask;
  let at = offset + 1;
  while (rest >= 0x80) {
    out[at++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  out[at++] = rest;
  return at;
}

/** What is sent once is not worth the time that Huffman takes. */
function writeString(out: Uint8Array, offset: number, text: string): number {
  const at = writeInteger(out, offset, 0x00, 7, text.length);
  for (let index = 0; index < text.length; index++) out[at + index] = text.charCodeAt(index);
  return at + text.length;
}

function writeHuffmanString(out: Uint8Array, offset: number, text: string): number {
  const length = huffmanLength(text);
  if (length >= text.length) return writeString(out, offset, text);
  return writeHuffman(out, writeInteger(out, offset, 0x80, 7, length), text);
}
