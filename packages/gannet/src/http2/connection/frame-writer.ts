import {
  DEFAULT_FRAME_BYTES,
  FRAME_HEADER_BYTES,
  goawayBytes,
  PING_BYTES,
  SETTING_BYTES,
  writeContinuationHeader,
  writeDataHeader,
  writeGoaway,
  writeHeadersHeader,
  writePing,
  writeRstStream,
  writeSettings,
  writeSettingsAck,
  writeWindowUpdate,
} from "../frame/index.ts";
import { HpackEncoder } from "../hpack/index.ts";
import type { HeaderSource } from "../stream/index.ts";
import type { BytePipe } from "./byte-pipe.ts";
import type { ConnectionLife } from "./connection-life.ts";
import { OutgoingBuffer } from "./outgoing-buffer.ts";
import type { PeerSettings } from "./peer-settings.ts";
import type { SegmentPool } from "./segment-pool.ts";

/** What the encoder may put before a block: two changes of its table's size (RFC 7541 §4.2). */
const BLOCK_START_BYTES = 8;
const NUMBER_BYTES = 4;

/**
 * Writes frames behind each other into the outgoing buffer, and asks for the flush that lets them leave. Whether they may
 * be sent is for others to know.
 */
export class FrameWriter {
  readonly output: OutgoingBuffer;
  readonly encoder: HpackEncoder = new HpackEncoder();
  /** While frames are read, what is written leaves at the end of that. */
  isInReceive = false;
  /** Grows with each HEADERS and DATA. */
  payloadFramesSent = 0;
  readonly #pipe: BytePipe;
  readonly #peer: PeerSettings;
  readonly #life: ConnectionLife;
  #isFlushRequested = false;

  constructor(pipe: BytePipe, segments: SegmentPool, peer: PeerSettings, life: ConnectionLife) {
    this.#pipe = pipe;
    this.#peer = peer;
    this.#life = life;
    this.output = new OutgoingBuffer(pipe, segments);
  }

  requestFlush(): void {
    if (this.isInReceive || this.#isFlushRequested || this.#life.isClosed) return;
    this.#isFlushRequested = true;
    this.#pipe.requestFlush();
  }

  /** Hands what was written to the pipe. */
  flush(): void {
    this.#isFlushRequested = false;
    if (!this.#life.isClosed || this.output.offset > 0) this.output.flush();
  }

  /** Bytes that are no frame: the preface. */
  writeBytes(bytes: Uint8Array): void {
    this.output.reserve(bytes.length);
    this.output.bytes.set(bytes, this.output.offset);
    this.output.offset += bytes.length;
  }

  /** Encodes a header or trailer now, and writes it as HEADERS and as much CONTINUATION as it takes (RFC 9113 §4.3). */
  writeHeaders(streamId: number, source: HeaderSource, endStream: boolean): void {
    const { output, encoder } = this;
    output.reserve(FRAME_HEADER_BYTES + source.maxBytes + BLOCK_START_BYTES);
    const out = output.bytes;
    const start = output.offset + FRAME_HEADER_BYTES;
    const end = source.write(encoder, out, encoder.writeStart(out, start));
    this.payloadFramesSent++;
    if (end - start <= this.#peer.maxFrameBytes) {
      writeHeadersHeader(out, output.offset, end - start, streamId, endStream, true);
      output.offset = end;
    } else {
      this.#writeContinued(streamId, Uint8Array.prototype.slice.call(out, start, end), endStream);
    }
  }

  /** Writes a header block that one frame cannot hold. */
  #writeContinued(streamId: number, block: Uint8Array, endStream: boolean): void {
    const { maxFrameBytes } = this.#peer;
    for (let at = 0; at < block.length; at += maxFrameBytes) {
      const piece = block.subarray(at, at + maxFrameBytes);
      const isLast = at + piece.length === block.length;
      this.output.reserve(FRAME_HEADER_BYTES + piece.length);
      const { bytes, offset } = this.output;
      const body =
        at === 0
          ? writeHeadersHeader(bytes, offset, piece.length, streamId, endStream, isLast)
          : writeContinuationHeader(bytes, offset, piece.length, streamId, isLast);
      bytes.set(piece, body);
      this.output.offset = body + piece.length;
    }
  }

  /**
   * DATA whose body was written from `start` to `end` of the buffer, with room for a frame header before it, and behind
   * it for as many more as it takes.
   */
  writeDataInPlace(streamId: number, start: number, end: number, endStream: boolean): void {
    if (end - start > this.#peer.maxFrameBytes) {
      this.#writeDataSplit(streamId, start, end, endStream);
      return;
    }
    writeDataHeader(this.output.bytes, start - FRAME_HEADER_BYTES, end - start, streamId, endStream);
    this.output.offset = end;
    this.payloadFramesSent++;
  }

  /** Opens a gap for each frame header, the last first: what moves is moved once. */
  #writeDataSplit(streamId: number, start: number, end: number, endStream: boolean): void {
    const { maxFrameBytes } = this.#peer;
    const { bytes } = this.output;
    const last = Math.ceil((end - start) / maxFrameBytes) - 1;
    for (let index = last; index >= 0; index--) {
      const from = start + index * maxFrameBytes;
      const to = index === last ? end : from + maxFrameBytes;
      const body = from + index * FRAME_HEADER_BYTES;
      if (index > 0) bytes.copyWithin(body, from, to);
      writeDataHeader(bytes, body - FRAME_HEADER_BYTES, to - from, streamId, endStream && index === last);
    }
    this.output.offset = end + last * FRAME_HEADER_BYTES;
    this.payloadFramesSent += last + 1;
  }

  /** DATA of bytes that nobody will change any more. */
  writeDataOwned(streamId: number, owned: Uint8Array, endStream: boolean): void {
    this.output.reserve(FRAME_HEADER_BYTES);
    this.output.offset = writeDataHeader(this.output.bytes, this.output.offset, owned.length, streamId, endStream);
    this.output.append(owned);
    this.payloadFramesSent++;
  }

  writeWindowUpdate(streamId: number, increment: number): void {
    this.output.reserve(FRAME_HEADER_BYTES + NUMBER_BYTES);
    this.output.offset = writeWindowUpdate(this.output.bytes, this.output.offset, streamId, increment);
  }

  writeRstStream(streamId: number, http2Code: number): void {
    this.output.reserve(FRAME_HEADER_BYTES + NUMBER_BYTES);
    this.output.offset = writeRstStream(this.output.bytes, this.output.offset, streamId, http2Code);
  }

  writePing(payload: Uint8Array, isAck: boolean): void {
    this.output.reserve(FRAME_HEADER_BYTES + PING_BYTES);
    this.output.offset = writePing(this.output.bytes, this.output.offset, payload, isAck);
  }

  writeSettings(settings: readonly (readonly [id: number, value: number])[]): void {
    this.output.reserve(FRAME_HEADER_BYTES + settings.length * SETTING_BYTES);
    this.output.offset = writeSettings(this.output.bytes, this.output.offset, settings);
  }

  writeSettingsAck(): void {
    this.output.reserve(FRAME_HEADER_BYTES);
    this.output.offset = writeSettingsAck(this.output.bytes, this.output.offset);
  }

  /** @param debug words for people; what no frame of any peer holds is cut off */
  writeGoaway(lastStreamId: number, http2Code: number, debug: string): void {
    const words = Buffer.from(debug, "latin1").subarray(0, DEFAULT_FRAME_BYTES / 2);
    this.output.reserve(goawayBytes(words.length));
    this.output.offset = writeGoaway(this.output.bytes, this.output.offset, lastStreamId, http2Code, words);
  }
}
