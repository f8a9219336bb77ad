import type { Codec } from "../../codec/index.ts";
import { type Compressor, GrpcError, textOfThrown } from "../../core/index.ts";
import { decompress } from "./compression.ts";
import { type MessageRole, takerOf } from "./message-role.ts";
import { SpareBuffer } from "./spare-buffer.ts";

/** Before each message: a flag that says whether it is compressed, and its length (PROTOCOL-HTTP2). */
export const ENVELOPE_BYTES = 5;
const COMPRESSED = 1;

/** Takes whole messages. */
export interface EnvelopeHandler {
  /**
   * A message goes from `start` to `end`, behind its five bytes; the bytes are valid during the call only.
   *
   * @param isCompressed whether it is: `decode` sees to that, for which there is time until it is wanted
   */
  onEnvelope(bytes: Uint8Array, start: number, end: number, isCompressed: boolean): void;
  /**
   * What has come last was put aside for a message that is not complete. Once somebody waits for it the peer must be let
   * send on, as a message may be larger than the window; before, it counts as much as messages that wait to be read.
   */
  onPartial(): void;
}

/** Writes the five bytes before a message that goes from `offset + 5` to `end`. */
export function writeEnvelope(out: Uint8Array, offset: number, end: number, isCompressed = false): void {
  const length = end - offset - ENVELOPE_BYTES;
  out[offset] = isCompressed ? COMPRESSED : 0;
  out[offset + 1] = length >>> 24;
  out[offset + 2] = length >>> 16;
  out[offset + 3] = length >>> 8;
  out[offset + 4] = length;
}

/** Cuts the bytes of a stream into messages. Only a message that spans pieces is copied. */
export class EnvelopeReader {
  readonly #role: MessageRole;
  readonly #maxBytes: number;
  readonly #compressor: Compressor | undefined;
  readonly #spare: SpareBuffer;
  #head: Uint8Array | undefined;
  #headBytes = 0;
  #body: Uint8Array | undefined;
  #bodyBytes = 0;
  #bodyLength = 0;
  #decodedBytes = 0;

  /**
   * @param role what the messages are, for people
   * @param maxBytes Longer messages are refused at their first five bytes, before anything is allocated; compressed ones
   *   also as soon as they turn out to be longer.
   * @param compressor what `grpc-encoding` named; undefined where messages may not be compressed
   * @param spare what messages in pieces are put together in, where others of the connection have left it
   */
  constructor(
    role: MessageRole,
    maxBytes: number,
    compressor?: Compressor | undefined,
    spare: SpareBuffer = new SpareBuffer(),
  ) {
    this.#role = role;
    this.#maxBytes = maxBytes;
    this.#compressor = compressor;
    this.#spare = spare;
  }

  /** Whether what was read so far ends with a whole message. */
  get isBetweenMessages(): boolean {
    return this.#headBytes === 0 && this.#body === undefined;
  }

  /** How many bytes the message had that was decoded last, decompressed. */
  get decodedBytes(): number {
    return this.#decodedBytes;
  }

  /**
   * Passes the messages that these bytes complete to `handler`.
   *
   * @throws GrpcError for a message that is too long, or compressed although nothing says how
   */
  read(bytes: Uint8Array, start: number, end: number, handler: EnvelopeHandler): void {
    let at = start;
    if (!this.isBetweenMessages) at = this.#complete(bytes, at, end, handler);
    while (end - at >= ENVELOPE_BYTES) {
      const length = this.#lengthAt(bytes, at);
      const bodyEnd = at + ENVELOPE_BYTES + length;
      if (bodyEnd > end) break;
      handler.onEnvelope(bytes, at + ENVELOPE_BYTES, bodyEnd, bytes[at] === COMPRESSED);
      at = bodyEnd;
    }
    if (at < end) this.#complete(bytes, at, end, handler);
  }

  /**
   * Decodes a message that came in an envelope.
   *
   * @param type what it should be
   * @throws GrpcError INTERNAL for what is none, RESOURCE_EXHAUSTED for one that is too long once decompressed
   */
  decode(
    codec: Codec,
    type: { readonly typeName: string },
    bytes: Uint8Array,
    start: number,
    end: number,
    isCompressed: boolean,
  ): object {
    // `#lengthAt` has seen to it that there is a compressor.
    const compressor = isCompressed ? (this.#compressor as Compressor) : undefined;
    const plain = compressor && decompress(compressor, bytes.subarray(start, end), this.#maxBytes, this.#role);
    this.#decodedBytes = plain?.length ?? end - start;
    try {
      return plain === undefined ? codec.decode(bytes, start, end) : codec.decode(plain, 0, plain.length);
    } catch (error) {
      throw malformedError(this.#role, type.typeName, error);
    }
  }

  #lengthAt(bytes: Uint8Array, at: number): number {
    const length =
      (((bytes[at + 1] ?? 0) << 24) |
        ((bytes[at + 2] ?? 0) << 16) |
        ((bytes[at + 3] ?? 0) << 8) |
        (bytes[at + 4] ?? 0)) >>>
      0;
    const flag = bytes[at];
    if (flag !== 0 && (flag !== COMPRESSED || this.#compressor === undefined)) {
      const what =
        flag === COMPRESSED
          ? "a message is compressed, although no grpc-encoding says how"
          : `a message has the flag ${flag}, which means nothing`;
      throw new GrpcError("INTERNAL", what);
    }
    if (length > this.#maxBytes) {
      throw new GrpcError(
        "RESOURCE_EXHAUSTED",
        `a ${this.#role} of ${length} bytes is larger than the ${this.#maxBytes} that ${takerOf(this.#role)}`,
      );
    }
    return length;
  }

  /** Goes on with a message that was started. Returns the offset behind it, or the end. */
  #complete(bytes: Uint8Array, start: number, end: number, handler: EnvelopeHandler): number {
    let at = start;
    if (this.#body === undefined) {
      this.#head ??= new Uint8Array(ENVELOPE_BYTES);
      while (at < end && this.#headBytes < ENVELOPE_BYTES) this.#head[this.#headBytes++] = bytes[at++] ?? 0;
      if (this.#headBytes < ENVELOPE_BYTES) {
        handler.onPartial();
        return at;
      }
      this.#bodyLength = this.#lengthAt(this.#head, 0);
      this.#body = this.#spare.take();
      this.#bodyBytes = 0;
    }
    const taken = Math.min(end - at, this.#bodyLength - this.#bodyBytes);
    this.#grow(taken);
    this.#body.set(bytes.subarray(at, at + taken), this.#bodyBytes);
    this.#bodyBytes += taken;
    at += taken;
    if (this.#bodyBytes < this.#bodyLength) {
      handler.onPartial();
      return at;
    }
    const body = this.#body;
    this.#body = undefined;
    this.#headBytes = 0;
    handler.onEnvelope(body, 0, this.#bodyLength, this.#head?.[0] === COMPRESSED);
    this.#spare.give(body);
    return at;
  }

  /** Grows with what has come, not with what was announced, and by half: what is kept of many messages is counted. */
  #grow(more: number): void {
    const body = this.#body;
    const needed = this.#bodyBytes + more;
    if (body === undefined || needed <= body.length) return;
    const grown = new Uint8Array(Math.min(this.#bodyLength, Math.max(needed, body.length * 1.5)));
    grown.set(body.subarray(0, this.#bodyBytes));
    this.#body = grown;
  }
}

function malformedError(role: string, typeName: string, cause: unknown): GrpcError {
  return new GrpcError("INTERNAL", `a ${role} is no ${typeName}: ${textOfThrown(cause)}`, { cause });
}
