import {
  FRAME_HEADER_BYTES,
  FrameFlag,
  FrameType,
  readUint32,
  writeFrameHeader,
  writeUint32,
} from "../../frame/index.ts";
import { HpackEncoder } from "../../hpack/index.ts";

/** A frame as a test writes or sees it. */
export interface TestFrame {
  readonly type: string;
  readonly flags: number;
  readonly streamId: number;
  readonly payload: Buffer;
}

const TYPE_NAMES = Object.keys(FrameType);
const NO_BYTES = new Uint8Array(0);

export const END_STREAM: number = FrameFlag.EndStream;
export const END_HEADERS: number = FrameFlag.EndHeaders;
export const PADDED: number = FrameFlag.Padded;
export const PRIORITY: number = FrameFlag.Priority;
export const ACK: number = FrameFlag.Ack;
export const PREFACE: Buffer = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "latin1");

/** A whole frame, as bytes. */
export function frame(type: number, flags: number, streamId: number, payload: Uint8Array = NO_BYTES): Buffer {
  const bytes = Buffer.alloc(FRAME_HEADER_BYTES + payload.length);
  writeFrameHeader(bytes, 0, payload.length, type, flags, streamId);
  bytes.set(payload, FRAME_HEADER_BYTES);
  return bytes;
}

export function data(streamId: number, payload: Uint8Array | string = "", flags = 0): Buffer {
  return frame(FrameType.Data, flags, streamId, Buffer.from(payload));
}

export function headers(streamId: number, block: Uint8Array, flags: number = END_HEADERS): Buffer {
  return frame(FrameType.Headers, flags, streamId, block);
}

export function continuation(streamId: number, block: Uint8Array, flags = 0): Buffer {
  return frame(FrameType.Continuation, flags, streamId, block);
}

export function settings(...pairs: readonly (readonly [id: number, value: number])[]): Buffer {
  const payload = Buffer.alloc(pairs.length * 6);
  for (const [index, [id, value]] of pairs.entries()) {
    payload.writeUInt16BE(id, index * 6);
    payload.writeUInt32BE(value, index * 6 + 2);
  }
  return frame(FrameType.Settings, 0, 0, payload);
}

export const settingsAck: Buffer = frame(FrameType.Settings, ACK, 0);

export function ping(text = "12345678", flags = 0): Buffer {
  return frame(FrameType.Ping, flags, 0, Buffer.from(text));
}

export function rstStream(streamId: number, code: number): Buffer {
  return frame(FrameType.RstStream, 0, streamId, uint32(code));
}

export function windowUpdate(streamId: number, increment: number): Buffer {
  return frame(FrameType.WindowUpdate, 0, streamId, uint32(increment));
}

export function goaway(lastStreamId: number, code: number, debug = ""): Buffer {
  return frame(
    FrameType.Goaway,
    0,
    0,
    Buffer.concat([uint32(lastStreamId), uint32(code), Buffer.from(debug, "latin1")]),
  );
}

export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  writeUint32(bytes, 0, value);
  return bytes;
}

/** A header block of literals that change no table. */
export function block(...fields: readonly (readonly [name: string, value: string])[]): Buffer {
  const encoder = new HpackEncoder();
  const bytes = Buffer.alloc(fields.reduce((sum, field) => sum + field[0].length + field[1].length + 16, 0));
  let at = 0;
  for (const [name, value] of fields) at = encoder.writeField(bytes, at, name, value);
  return bytes.subarray(0, at);
}

/** What a request has to have. */
export const REQUEST: readonly (readonly [string, string])[] = [
  [":method", "POST"],
  [":scheme", "http"],
  [":path", "/"],
];
export const requestBlock: Buffer = block(...REQUEST);
export const responseBlock: Buffer = block([":status", "200"]);

/** Cuts bytes into frames. */
export function parseFrames(bytes: Uint8Array): TestFrame[] {
  const frames: TestFrame[] = [];
  let at = 0;
  while (at < bytes.length) {
    const length = readUint32(bytes, at) >>> 8;
    const payload = Buffer.from(bytes.slice(at + FRAME_HEADER_BYTES, at + FRAME_HEADER_BYTES + length));
    if (payload.length < length) throw new Error("the bytes end inside a frame");
    const type = TYPE_NAMES[bytes[at + 3] ?? -1] ?? "?";
    frames.push({ type, flags: bytes[at + 4] ?? 0, streamId: readUint32(bytes, at + 5) & 0x7fffffff, payload });
    at += FRAME_HEADER_BYTES + length;
  }
  return frames;
}

/** A frame in a word or two, such as `RstStream 3 NO_ERROR`, `Data 1 [5] end`. */
export function describeFrame({ type, flags, streamId, payload }: TestFrame): string {
  const end = (type === "Data" || type === "Headers") && flags & END_STREAM ? " end" : "";
  switch (type) {
    case "Data":
      return `Data ${streamId} [${payload.length}]${end}`;
    case "RstStream":
      return `RstStream ${streamId} ${payload.readUInt32BE(0)}`;
    case "Goaway":
      return `Goaway ${payload.readUInt32BE(0)} ${payload.readUInt32BE(4)}`;
    case "WindowUpdate":
      return `WindowUpdate ${streamId} +${payload.readUInt32BE(0)}`;
    case "Settings":
    case "Ping":
      return flags & ACK ? `${type} ack` : type;
    default:
      return `${type} ${streamId}${flags & END_HEADERS ? "" : " more"}${end}`;
  }
}
