/** A server that streams faster than any client reads: every call is `Stream`. */
import type { Socket } from "node:net";
import { fromBinary } from "@bufbuild/protobuf";
import {
  DATA,
  END_HEADERS,
  END_STREAM,
  frame,
  HEADER_BLOCK,
  HEADERS,
  MAX_FRAME_BYTES,
  TRAILER_BLOCK,
  writeFrameHeader,
} from "../raw/frames.ts";
import { RawConnection } from "../raw/raw-connection.ts";
import { serveRaw } from "../raw/serve-raw.ts";
import { StreamReqSchema } from "./echo_pb.ts";

const PREFIX_BYTES = 5;
/** The number of a message is always of four bytes: the first is 2²¹. Then messages are as long as each other. */
const FIRST_NUMBER = 2 ** 21;
const NUMBER_OFFSET = PREFIX_BYTES + 1;
/** About as much is written at a time. */
const WRITE_BYTES = 128 * 1024;

/** A stream that is being sent. */
interface Sending {
  readonly streamId: number;
  readonly message: Buffer;
  messagesLeft: number;
  n: number;
  /** How much of the message has been sent. */
  offset: number;
  window: number;
}

class StreamingConnection extends RawConnection {
  #sending: Sending | undefined;
  #credit = new Map<number, number>();

  constructor(socket: Socket) {
    super(socket, "server");
  }

  protected override onFrame(
    type: number,
    _flags: number,
    streamId: number,
    bytes: Buffer,
    start: number,
    end: number,
  ): void {
    // The end of the requests may come in a frame of its own.
    if (type !== DATA || start === end) return;
    const { count, size } = fromBinary(StreamReqSchema, bytes.subarray(start + PREFIX_BYTES, end));
    const window = this.initialWindow + (this.#credit.get(streamId) ?? 0);
    this.#sending = { streamId, message: createMessage(size), messagesLeft: count, n: FIRST_NUMBER, offset: 0, window };
    this.write(frame(HEADERS, END_HEADERS, streamId, HEADER_BLOCK));
    this.onRoom();
  }

  protected override onStreamCredit(streamId: number, byteCount: number): void {
    if (this.#sending?.streamId === streamId) this.#sending.window += byteCount;
    else this.#credit.set(streamId, (this.#credit.get(streamId) ?? 0) + byteCount);
  }

  /** Sends as much as windows and the socket take. */
  protected override onRoom(): void {
    const sending = this.#sending;
    if (sending === undefined) return;
    let hasRoom = true;
    while (hasRoom && sending.messagesLeft > 0) {
      const most = Math.min(sending.window, this.sendWindow, WRITE_BYTES);
      if (most <= 0) return;
      const body = takeMessages(sending, most);
      sending.window -= body.length;
      this.sendWindow -= body.length;
      hasRoom = this.write(intoFrames(sending.streamId, body));
    }
    if (sending.messagesLeft > 0) return;
    this.#sending = undefined;
    this.#credit.clear();
    this.write(frame(HEADERS, END_HEADERS | END_STREAM, sending.streamId, TRAILER_BLOCK));
  }
}

/** The next bytes of the messages, at most so many. */
function takeMessages(sending: Sending, most: number): Buffer {
  const { message } = sending;
  const bytes = Buffer.allocUnsafe(Math.min(most, sending.messagesLeft * message.length - sending.offset));
  for (let filled = 0; filled < bytes.length; ) {
    if (sending.offset === 0) writeNumber(message, sending.n);
    const copied = message.copy(bytes, filled, sending.offset);
    filled += copied;
    sending.offset += copied;
    if (sending.offset < message.length) break;
    sending.offset = 0;
    sending.n++;
    sending.messagesLeft--;
  }
  return bytes;
}

/** A message with the payload of zeros that the sink expects. */
function createMessage(size: number): Buffer {
  const head: number[] = [0x10, 0, 0, 0, 0, 0x1a];
  let rest = size;
  for (; rest > 0x7f; rest >>>= 7) head.push((rest & 0x7f) | 0x80);
  head.push(rest);
  const message = Buffer.alloc(PREFIX_BYTES + head.length + size);
  message.writeUInt32BE(head.length + size, 1);
  message.set(head, PREFIX_BYTES);
  return message;
}

function writeNumber(message: Buffer, n: number): void {
  message[NUMBER_OFFSET] = (n & 0x7f) | 0x80;
  message[NUMBER_OFFSET + 1] = ((n >>> 7) & 0x7f) | 0x80;
  message[NUMBER_OFFSET + 2] = ((n >>> 14) & 0x7f) | 0x80;
  message[NUMBER_OFFSET + 3] = n >>> 21;
}

function intoFrames(streamId: number, body: Buffer): Buffer {
  const frames = Math.ceil(body.length / MAX_FRAME_BYTES);
  const bytes = Buffer.allocUnsafe(body.length + frames * 9);
  let offset = 0;
  for (let start = 0; start < body.length; start += MAX_FRAME_BYTES) {
    const length = Math.min(MAX_FRAME_BYTES, body.length - start);
    offset = writeFrameHeader(bytes, offset, length, DATA, 0, streamId);
    body.copy(bytes, offset, start, start + length);
    offset += length;
  }
  return bytes;
}

serveRaw((socket) => new StreamingConnection(socket));
