/**
 * A server that is never the limit of a client: it reads no header, and answers whatever is called with the message that
 * came. One read, one write. Nothing here is what a server should be. RFC 9113 §4.1, RFC 7541 §6.2.2.
 */
import { type AddressInfo, createServer, type Socket } from "node:net";
import { answerLines, cpuMicros } from "../answer-lines.ts";

const PREFACE_BYTES = 24;
const FRAME_HEADER_BYTES = 9;
const DATA = 0;
const HEADERS = 1;
const SETTINGS = 4;
const PING = 6;
const WINDOW_UPDATE = 8;
const END_STREAM = 1;
const ACK = 1;
const END_HEADERS = 4;
/** Credit for the peer: all there may be, again after half of it. */
const CONNECTION_CREDIT = 2 ** 31 - 1 - 65_535;
const RENEW_AFTER_BYTES = 2 ** 30;

const HEADER_BLOCK = Buffer.concat([Buffer.from([0x88, 0x0f, 0x10, 16]), Buffer.from("application/grpc")]);
const TRAILER_BLOCK = Buffer.concat([Buffer.from([0x00, 11]), Buffer.from("grpc-status"), Buffer.from([1, 0x30])]);

class FixedConnection {
  readonly #socket: Socket;
  readonly #bodies = new Map<number, Buffer>();
  #rest: Buffer = Buffer.alloc(0);
  #hasPreface = false;
  #received = 0;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.write(Buffer.concat([frame(SETTINGS, 0, 0, Buffer.alloc(0)), credit(CONNECTION_CREDIT)]));
  }

  read(chunk: Buffer): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const replies: Buffer[] = [];
    let offset = 0;
    if (!this.#hasPreface) {
      if (bytes.length < PREFACE_BYTES) {
        this.#rest = bytes;
        return;
      }
      this.#hasPreface = true;
      offset = PREFACE_BYTES;
    }
    while (offset + FRAME_HEADER_BYTES <= bytes.length) {
      const length = bytes.readUIntBE(offset, 3);
      const end = offset + FRAME_HEADER_BYTES + length;
      if (end > bytes.length) break;
      const payload = bytes.subarray(offset + FRAME_HEADER_BYTES, end);
      this.#take(bytes[offset + 3] ?? 0, bytes[offset + 4] ?? 0, bytes.readUInt32BE(offset + 5), payload, replies);
      offset = end;
    }
    this.#rest = bytes.subarray(offset);
    if (replies.length > 0) this.#socket.write(replies.length === 1 ? (replies[0] ?? "") : Buffer.concat(replies));
  }

  #take(type: number, flags: number, streamId: number, payload: Buffer, replies: Buffer[]): void {
    if (type === SETTINGS && (flags & ACK) === 0) replies.push(frame(SETTINGS, ACK, 0, Buffer.alloc(0)));
    if (type === PING && (flags & ACK) === 0) replies.push(frame(PING, ACK, 0, payload));
    if (type !== DATA) return;
    this.#received += payload.length;
    if (this.#received > RENEW_AFTER_BYTES) {
      replies.push(credit(this.#received));
      this.#received = 0;
    }
    const before = this.#bodies.get(streamId);
    const body = before === undefined ? payload : Buffer.concat([before, payload]);
    if ((flags & END_STREAM) === 0) {
      this.#bodies.set(streamId, body);
      return;
    }
    if (before !== undefined) this.#bodies.delete(streamId);
    replies.push(reply(streamId, body));
  }
}

/** Header, message and trailer of a call. */
function reply(streamId: number, body: Buffer): Buffer {
  const bytes = Buffer.allocUnsafe(3 * FRAME_HEADER_BYTES + HEADER_BLOCK.length + body.length + TRAILER_BLOCK.length);
  let offset = writeFrame(bytes, 0, HEADERS, END_HEADERS, streamId, HEADER_BLOCK);
  offset = writeFrame(bytes, offset, DATA, 0, streamId, body);
  writeFrame(bytes, offset, HEADERS, END_HEADERS | END_STREAM, streamId, TRAILER_BLOCK);
  return bytes;
}

function frame(type: number, flags: number, streamId: number, payload: Buffer): Buffer {
  const bytes = Buffer.allocUnsafe(FRAME_HEADER_BYTES + payload.length);
  writeFrame(bytes, 0, type, flags, streamId, payload);
  return bytes;
}

function credit(bytes: number): Buffer {
  const payload = Buffer.alloc(4);
  payload.writeUInt32BE(bytes);
  return frame(WINDOW_UPDATE, 0, 0, payload);
}

/** Returns the offset behind the frame. */
function writeFrame(
  bytes: Buffer,
  offset: number,
  type: number,
  flags: number,
  streamId: number,
  payload: Buffer,
): number {
  bytes.writeUIntBE(payload.length, offset, 3);
  bytes[offset + 3] = type;
  bytes[offset + 4] = flags;
  bytes.writeUInt32BE(streamId, offset + 5);
  return offset + FRAME_HEADER_BYTES + payload.copy(bytes, offset + FRAME_HEADER_BYTES);
}

const sockets = new Set<Socket>();
const server = createServer({ noDelay: true }, (socket) => {
  const connection = new FixedConnection(socket);
  sockets.add(socket);
  socket.on("data", (chunk: Buffer) => connection.read(chunk));
  socket.on("error", () => socket.destroy());
  socket.on("close", () => sockets.delete(socket));
});
server.listen(0, "127.0.0.1", () => console.log((server.address() as AddressInfo).port));
answerLines(
  () => String(cpuMicros()),
  () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  },
);
