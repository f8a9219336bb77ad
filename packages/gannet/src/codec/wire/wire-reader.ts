import { allocate } from "./allocate.ts";
import { doubleOf, floatOf, int64Of, uint64Of } from "./numbers.ts";
import { decodeAscii, decodeLatin1, decodeShortAscii, decodeUtf8, SHORT_CHARACTERS } from "./utf8.ts";
import { tagOf, WireType } from "./wire-type.ts";
import { writeVarint32 } from "./write.ts";

/** How deep messages may stand in messages, groups that nobody knows included. As protobuf's other implementations. */
const MAX_DEPTH = 100;
const MAX_VARINT_BYTES = 10;
/** Text of up to so many bytes is looked at byte by byte; the engine's own way pays off for longer ones. */
const LOOP_BYTES = 64;
/** A text may keep the text of so small a message alive, out of which V8 cuts it. */
const SMALL_MESSAGE_BYTES = 1024;
/** A view of the bytes costs as much as so many doubles. */
const VIEWED_BYTES = 512;
const LOOP_COPY_BYTES = 64;
/** No schema is so far behind another one. */
const MAX_SEPARATE_UNKNOWN = 1000;
const MAX_TAG_BYTES = 5;

const NO_BYTES = new Uint8Array(0);

/** What is wrong with bytes that are read, and where in them. Becomes a `DecodeError` at the door of `codec/`. */
export class WireError extends Error {
  readonly position: number;

  constructor(message: string, position: number) {
    super(message);
    this.position = position;
  }
}

/** A field of which the type of a message knows nothing, as `@bufbuild/protobuf` keeps it. */
export interface UnknownField {
  readonly no: number;
  readonly wireType: number;
  data: Uint8Array;
}

/** A message, as far as its unknown fields go. */
interface UnknownHolder {
  $unknown?: UnknownField[] | undefined;
}

/**
 * A cursor over the bytes of one message, and what is read at it. The emitted code does the frequent things itself, on
 * `bytes`, and leaves the rest to the reader: values that have more than a byte, text, and fields that are unknown. The end
 * of the message is checked behind each field, as no harm comes from reading a few bytes too many.
 */
export class WireReader {
  bytes: Uint8Array = NO_BYTES;
  position = 0;
  /** How many messages are being read within the outermost, one within the other. */
  depth = -1;
  #start = 0;
  #end = 0;
  #whole: string | undefined = undefined;
  #view: DataView | undefined = undefined;

  /** Starts a message that goes from `start` to `end`. */
  begin(bytes: Uint8Array, start: number, end: number): void {
    if (this.bytes !== bytes) {
      this.bytes = bytes;
      this.#view = undefined;
    }
    this.position = start;
    // That of the message itself is 0.
    this.depth = -1;
    this.#start = start;
    this.#end = end;
  }

  /** Lets go of the text of the message that was read. The bytes are kept until others come. */
  finish(): void {
    this.#whole = undefined;
  }

  /** Lets go of the bytes. */
  release(): void {
    this.bytes = NO_BYTES;
    this.#view = undefined;
    this.#whole = undefined;
  }

  fail(problem: string, position: number): never {
    throw new WireError(problem, position);
  }

  /** A message starts within the one that is read. */
  enter(): void {
    if (++this.depth > MAX_DEPTH) this.fail(`messages are nested deeper than ${MAX_DEPTH}`, this.position);
  }

  /** The message in which nothing is left has ended, which should have been at `end`. */
  leave(position: number, end: number): void {
    if (position !== end) this.fail("the message ends inside a field", end);
    this.position = position;
    this.depth--;
  }

  // ---- varints --------------------------------------------------------------------------

  /** A varint's lowest 32 bits, as a signed number. */
  int32(): number {
    const { bytes } = this;
    const start = this.position;
    let at = start;
    let byte = bytes[at++];
    let value = byte! & 0x7f;
    for (let shift = 7; byte! > 0x7f; shift += 7) {
      byte = bytes[at++];
      if (shift < 32) value |= (byte! & 0x7f) << shift;
      if (at - start > MAX_VARINT_BYTES) this.#varintTooLong(start);
    }
    this.position = at;
    if (byte === undefined) this.#truncatedVarint(start);
    return value;
  }

  sint32(): number {
    const value = this.int32();
    return (value >>> 1) ^ -(value & 1);
  }

  bool(): boolean {
    return this.uint64() !== 0n;
  }

  int64(): bigint {
    const high = this.#readHalves();
    return int64Of(this.#low, high);
  }

  uint64(): bigint {
    const high = this.#readHalves();
    return uint64Of(this.#low, high);
  }

  sint64(): bigint {
    const high = this.#readHalves();
    const low = this.#low;
    const sign = -(low & 1);
    return int64Of(((low >>> 1) | (high << 31)) ^ sign, (high >>> 1) ^ sign);
  }

  #low = 0;

  /** Reads a varint of 64 bits: its higher half is returned, the lower one is left in `#low`. */
  #readHalves(): number {
    const { bytes } = this;
    const start = this.position;
    let at = start;
    let byte = bytes[at++];
    let low = byte! & 0x7f;
    let high = 0;
    for (let shift = 7; byte! > 0x7f; shift += 7) {
      byte = bytes[at++];
      const bits = byte! & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high = bits >>> 4;
      } else if (shift < 64) high |= bits << (shift - 32);
      if (at - start > MAX_VARINT_BYTES) this.#varintTooLong(start);
    }
    this.position = at;
    if (byte === undefined) this.#truncatedVarint(start);
    this.#low = low;
    return high;
  }

  #varintTooLong(start: number): never {
    this.fail(`a varint has more than ${MAX_VARINT_BYTES} bytes`, start);
  }

  #truncatedVarint(start: number): never {
    this.fail("the message ends inside a varint", start);
  }

  /** A tag, whose varint has up to five bytes and no more than 32 bits. */
  tag(): number {
    const start = this.position;
    const value = this.int32();
    if (this.#isWide(start)) this.fail("a tag has more than 32 bits", start);
    return value >>> 0;
  }

  /** Whether the varint that goes from `start` to here has more than 32 bits, or more bytes than those take. */
  #isWide(start: number): boolean {
    const byteLength = this.position - start;
    return byteLength > 5 || (byteLength === 5 && this.bytes[start + 4]! > 0x0f);
  }

  /** The length of what follows, which has to be there before `end`. */
  length(end: number): number {
    const start = this.position;
    const length = this.int32() >>> 0;
    if (this.#isWide(start)) this.fail("a length has more than 32 bits", start);
    if (length > end - this.position) this.fail(`a length of ${length} goes beyond the end of the message`, start);
    return length;
  }

  // ---- fixed width ----------------------------------------------------------------------

  /** Four bytes, the lowest first, as a signed number. */
  fixed32(at: number): number {
    const { bytes } = this;
    return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
  }

  float(at: number): number {
    return floatOf(this.fixed32(at));
  }

  double(at: number): number {
    if (this.#end - this.#start < VIEWED_BYTES || at + 8 > this.#end) {
      return doubleOf(this.fixed32(at), this.fixed32(at + 4));
    }
    const { bytes } = this;
    this.#view ??= new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return this.#view.getFloat64(at, true);
  }

  fixed64(at: number): bigint {
    return uint64Of(this.fixed32(at), this.fixed32(at + 4));
  }

  sfixed64(at: number): bigint {
    return int64Of(this.fixed32(at), this.fixed32(at + 4));
  }

  // ---- text and bytes -------------------------------------------------------------------

  /** The text of the `length` bytes from `at` on, which are there. `isStrict`: an error where they are no UTF-8. */
  text(at: number, length: number, isStrict: boolean): string {
    if (length === 0) return "";
    const end = at + length;
    if (length > LOOP_BYTES) return this.#utf8(at, end, isStrict);
    const { bytes } = this;
    for (let index = at; index < end; index++) if (bytes[index]! > 0x7f) return this.#utf8(at, end, isStrict);
    if (length <= SHORT_CHARACTERS) return decodeShortAscii(bytes, at, length);
    if (this.#end - this.#start > SMALL_MESSAGE_BYTES) return decodeAscii(bytes, at, end);
    // Cut out of the text of the whole message: one call into the engine for all.
    this.#whole ??= decodeLatin1(bytes, this.#start, this.#end);
    return this.#whole?.substring(at - this.#start, end - this.#start) ?? decodeAscii(bytes, at, end);
  }

  #utf8(at: number, end: number, isStrict: boolean): string {
    const text = decodeUtf8(this.bytes, at, end, isStrict);
    if (text === undefined) this.fail("text is not valid UTF-8", at);
    return text;
  }

  /** A copy of the `length` bytes from `at` on, which are there. */
  copy(at: number, length: number): Uint8Array {
    const { bytes } = this;
    const copy = allocate(length);
    if (length > LOOP_COPY_BYTES) copy.set(bytes.subarray(at, at + length));
    else for (let index = 0; index < length; index++) copy[index] = bytes[at + index]!;
    return copy;
  }

  // ---- unknown fields -------------------------------------------------------------------

  /**
   * Keeps a field of which the type knows nothing. Of a message with very many of them the last ones are kept as one: each
   * by itself would take fifty times the memory that it had on the wire.
   *
   * @param tag stands before `at`
   * @param mayJoin whether nobody will look for the field by its number, as for an extension
   * @returns the offset behind the field
   */
  keepUnknown(message: UnknownHolder, tag: number, at: number, end: number, mayJoin: boolean): number {
    const behind = this.skip(tag, at, end);
    const fields = message.$unknown;
    if (fields === undefined) message.$unknown = [this.#unknownField(tag, at, behind)];
    else if (fields.length < MAX_SEPARATE_UNKNOWN || !mayJoin) fields.push(this.#unknownField(tag, at, behind));
    else this.#join(fields[fields.length - 1]!, tag, at, behind);
    return behind;
  }

  #unknownField(tag: number, at: number, behind: number): UnknownField {
    return { no: tag >>> 3, wireType: tag & 7, data: this.copy(at, behind - at) };
  }

  /** Puts a field behind another one, with its tag: when that is written, both are as they came. */
  #join(field: UnknownField, tag: number, at: number, behind: number): void {
    const { data } = field;
    const most = data.length + MAX_TAG_BYTES + behind - at;
    let bytes = new Uint8Array(data.buffer);
    if (bytes.length < most) {
      bytes = new Uint8Array(2 * most);
      bytes.set(data);
    }
    const start = writeVarint32(bytes, data.length, tag);
    bytes.set(this.bytes.subarray(at, behind), start);
    field.data = bytes.subarray(0, start + behind - at);
  }

  /** The offset behind a field that starts with `tag`, which stands before `at`. */
  skip(tag: number, at: number, end: number): number {
    let behind = at;
    if (tag >>> 3 === 0) this.fail("a field has the number 0", at);
    switch (tag & 7) {
      case WireType.Varint:
        this.position = at;
        this.int32();
        behind = this.position;
        break;
      case WireType.Bit64:
        behind = at + 8;
        break;
      case WireType.LengthDelimited:
        this.position = at;
        behind = this.length(end);
        behind += this.position;
        break;
      case WireType.StartGroup:
        behind = this.#skipGroup(tag, at, end);
        break;
      case WireType.EndGroup:
        this.fail("a group ends that has not started", at);
        break;
      case WireType.Bit32:
        behind = at + 4;
        break;
      default:
        this.fail(`a field has the wire type ${tag & 7}, which there is not`, at);
    }
    if (behind > end) this.fail("the message ends inside a field", at);
    return behind;
  }

  #skipGroup(tag: number, start: number, end: number): number {
    const endTag = tagOf(tag >>> 3, WireType.EndGroup);
    this.position = start;
    this.enter();
    let at = start;
    while (at < end) {
      this.position = at;
      const inner = this.tag();
      at = this.position;
      if (inner === endTag) {
        this.depth--;
        return at;
      }
      at = this.skip(inner, at, end);
    }
    return this.fail("a group does not end", start);
  }
}
