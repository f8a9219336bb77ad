import type { Socket } from "node:net";
import {
  ACK,
  credit,
  DATA,
  FRAME_HEADER_BYTES,
  frame,
  GOAWAY,
  PING,
  PREFACE,
  RST_STREAM,
  readInitialWindow,
  SETTINGS,
  WINDOW_UPDATE,
  windowSettings,
} from "./frames.ts";

/** All the credit that there may be; given again after half of it. RFC 9113 §6.9.1. */
const MOST_CREDIT = 2 ** 31 - 1;
const RENEW_AFTER_BYTES = 2 ** 30;
const DEFAULT_WINDOW = 65_535;

/**
 * One end of a connection that is never the limit of the other: it reads no header, checks little and keeps nothing per
 * stream. Nothing here is what a client or server should be. Frames that come go to `onFrame`; what that writes leaves
 * at the end of the read.
 */
export abstract class RawConnection {
  /** How much DATA the peer takes on this connection. */
  sendWindow: number = DEFAULT_WINDOW;
  /** And on each of its streams, as it begins. */
  initialWindow: number = DEFAULT_WINDOW;
  readonly #socket: Socket;
  readonly #side: "client" | "server";
  readonly #replies: Buffer[] = [];
  #rest: Buffer | undefined;
  #prefaceBytes: number;
  #received = 0;
  /** The stream that DATA has come on last, and how much of it in a row. */
  #streamId = 0;
  #streamReceived = 0;
  #isReading = false;

  constructor(socket: Socket, side: "client" | "server") {
    this.#socket = socket;
    this.#side = side;
    this.#prefaceBytes = side === "server" ? PREFACE.length : 0;
    const greeting = [windowSettings(MOST_CREDIT), credit(0, MOST_CREDIT - DEFAULT_WINDOW)];
    socket.write(Buffer.concat(side === "client" ? [PREFACE, ...greeting] : greeting));
    socket.on("data", (chunk: Buffer) => this.#read(chunk));
    socket.on("drain", () => this.onRoom());
  }

  /** A frame that came: its payload is from `start` to `end` of `bytes`, until this returns. */
  protected abstract onFrame(
    type: number,
    flags: number,
    streamId: number,
    bytes: Buffer,
    start: number,
    end: number,
  ): void;

  /** There is more credit, or room in the socket. */
  protected onRoom(): void {}

  /** More credit on a stream. */
  protected onStreamCredit(_streamId: number, _byteCount: number): void {}

  /** Returns whether there is room for more. */
  protected write(bytes: Buffer): boolean {
    if (!this.#isReading) return this.#socket.write(bytes);
    this.#replies.push(bytes);
    return !this.#socket.writableNeedDrain;
  }

  #read(chunk: Buffer): void {
    const bytes = this.#rest === undefined ? chunk : Buffer.concat([this.#rest, chunk]);
    let offset = Math.min(this.#prefaceBytes, bytes.length);
    this.#prefaceBytes -= offset;
    this.#isReading = true;
    while (offset + FRAME_HEADER_BYTES <= bytes.length) {
      const length = ((bytes[offset] ?? 0) << 16) | ((bytes[offset + 1] ?? 0) << 8) | (bytes[offset + 2] ?? 0);
      const start = offset + FRAME_HEADER_BYTES;
      if (start + length > bytes.length) break;
      const streamId = bytes.readUInt32BE(offset + 5);
      this.#take(bytes[offset + 3] ?? 0, bytes[offset + 4] ?? 0, streamId, bytes, start, start + length);
      offset = start + length;
    }
    this.#rest = offset < bytes.length ? bytes.subarray(offset) : undefined;
    this.#isReading = false;
    if (this.#replies.length > 0) this.#socket.write(Buffer.concat(this.#replies.splice(0)));
  }

  #take(type: number, flags: number, streamId: number, bytes: Buffer, start: number, end: number): void {
    if (type === DATA) this.#renewCredit(streamId, end - start);
    else if (type === SETTINGS && (flags & ACK) === 0) {
      this.write(frame(SETTINGS, ACK, 0, Buffer.alloc(0)));
      this.initialWindow = readInitialWindow(bytes, start, end) ?? this.initialWindow;
      this.onRoom();
    } else if (type === PING && (flags & ACK) === 0) this.write(frame(PING, ACK, 0, bytes.subarray(start, end)));
    else if (type === WINDOW_UPDATE) {
      if (streamId === 0) this.sendWindow += bytes.readUInt32BE(start);
      else this.onStreamCredit(streamId, bytes.readUInt32BE(start));
      this.onRoom();
    } else if (this.#side === "client" && (type === RST_STREAM || type === GOAWAY)) {
      throw new Error(`the server has ended ${type === GOAWAY ? "the connection" : `stream ${streamId}`}`);
    }
    this.onFrame(type, flags, streamId, bytes, start, end);
  }

  #renewCredit(streamId: number, byteCount: number): void {
    this.#received += byteCount;
    if (this.#received >= RENEW_AFTER_BYTES) {
      this.write(credit(0, this.#received));
      this.#received = 0;
    }
    // Only one stream at a time is ever long enough to need it.
    this.#streamReceived = streamId === this.#streamId ? this.#streamReceived + byteCount : byteCount;
    this.#streamId = streamId;
    if (this.#streamReceived < RENEW_AFTER_BYTES) return;
    this.write(credit(streamId, this.#streamReceived));
    this.#streamReceived = 0;
  }
}
