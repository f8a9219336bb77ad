import {
  FRAME_HEADER_BYTES,
  FrameFlag,
  FrameType,
  HpackEncoder,
  writeFrameHeader,
  writeUint32,
} from "../../http2/index.ts";

/** Fields of a header, in their order: pseudo-headers such as `:path` first. */
export type HeaderFields = readonly (readonly [name: string, value: string])[];

const NO_BYTES = new Uint8Array(0);
const LENGTH_PREFIX_BYTES = 5;

/** Of DATA and HEADERS: nothing more comes on the stream. */
export const END_STREAM: number = FrameFlag.EndStream;
/** Of HEADERS and CONTINUATION: the header is whole. */
export const END_HEADERS: number = FrameFlag.EndHeaders;
/** Of DATA and HEADERS: the first byte is the length of padding at the end. */
export const PADDED: number = FrameFlag.Padded;
/** Of HEADERS: five bytes of priority come first. */
export const PRIORITY: number = FrameFlag.Priority;
/** Of SETTINGS and PING: an answer. */
export const ACK: number = FrameFlag.Ack;

/** What a client says before its first frame (RFC 9113 §3.4). */
export const PREFACE: Uint8Array = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "latin1");

/** What any gRPC response begins with. */
export const RESPONSE_FIELDS: HeaderFields = [
  [":status", "200"],
  ["content-type", "application/grpc"],
];

/**
 * A whole frame of any type (RFC 9113 §4.1), right or wrong.
 *
 * @param length what the frame says its payload has; as many bytes as it has where undefined
 */
export function frame(
  type: number,
  flags: number,
  streamId: number,
  payload: Uint8Array = NO_BYTES,
  length: number = payload.length,
): Uint8Array {
  const bytes = Buffer.alloc(FRAME_HEADER_BYTES + payload.length);
  writeFrameHeader(bytes, 0, length, type, flags, streamId);
  bytes.set(payload, FRAME_HEADER_BYTES);
  return bytes;
}

/** DATA (§6.1). */
export function data(streamId: number, payload: Uint8Array | string = "", flags = 0): Uint8Array {
  return frame(FrameType.Data, flags, streamId, Buffer.from(payload));
}

/** DATA with one gRPC message, which is not compressed, behind its five bytes of flag and length. */
export function message(streamId: number, body: Uint8Array, flags = 0): Uint8Array {
  return data(streamId, envelope(body), flags);
}

/**
 * A gRPC message behind its flag and length.
 *
 * @param flag 1 for a message that is compressed
 * @param length what the length says; as many bytes as the message has where undefined
 */
export function envelope(body: Uint8Array, flag = 0, length: number = body.length): Uint8Array {
  const bytes = Buffer.alloc(LENGTH_PREFIX_BYTES + body.length);
  bytes[0] = flag;
  writeUint32(bytes, 1, length);
  bytes.set(body, LENGTH_PREFIX_BYTES);
  return bytes;
}

/** HEADERS (§6.2), of fields or of a block that is encoded already. */
export function headers(streamId: number, fields: HeaderFields | Uint8Array, flags: number = END_HEADERS): Uint8Array {
  return frame(FrameType.Headers, flags, streamId, fields instanceof Uint8Array ? fields : block(...fields));
}

/** HEADERS with `grpc-status` and what else there is, which end the stream. */
export function trailers(streamId: number, grpcStatus: number, fields: HeaderFields = []): Uint8Array {
  return headers(streamId, [["grpc-status", String(grpcStatus)], ...fields], END_HEADERS | END_STREAM);
}

/** CONTINUATION (§6.10). */
export function continuation(streamId: number, part: Uint8Array, flags = 0): Uint8Array {
  return frame(FrameType.Continuation, flags, streamId, part);
}

/** SETTINGS (§6.5), by number and value. */
export function settings(...pairs: readonly (readonly [id: number, value: number])[]): Uint8Array {
  const payload = Buffer.alloc(pairs.length * 6);
  for (const [index, [id, value]] of pairs.entries()) {
    payload.writeUInt16BE(id, index * 6);
    payload.writeUInt32BE(value, index * 6 + 2);
  }
  return frame(FrameType.Settings, 0, 0, payload);
}

/** The answer to SETTINGS. */
export const settingsAck: Uint8Array = frame(FrameType.Settings, ACK, 0);

/** PING (§6.7), of eight characters. */
export function ping(text = "12345678", flags = 0): Uint8Array {
  return frame(FrameType.Ping, flags, 0, Buffer.from(text));
}

/** RST_STREAM (§6.4). */
export function rstStream(streamId: number, http2Code: number): Uint8Array {
  return frame(FrameType.RstStream, 0, streamId, uint32(http2Code));
}

/** WINDOW_UPDATE (§6.9); stream 0 is the connection. */
export function windowUpdate(streamId: number, increment: number): Uint8Array {
  return frame(FrameType.WindowUpdate, 0, streamId, uint32(increment));
}

/** GOAWAY (§6.8). */
export function goaway(lastStreamId: number, http2Code: number, debug = ""): Uint8Array {
  const text = Buffer.from(debug, "latin1");
  return frame(FrameType.Goaway, 0, 0, Buffer.concat([uint32(lastStreamId), uint32(http2Code), text]));
}

/** Four bytes, the highest first. */
export function uint32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  writeUint32(bytes, 0, value);
  return bytes;
}

/** A header block of literals that change no table (RFC 7541 §6.2.2). */
export function block(...fields: HeaderFields): Uint8Array {
  const encoder = new HpackEncoder();
  const bytes = Buffer.alloc(fields.reduce((sum, field) => sum + field[0].length + field[1].length + 16, 0));
  let at = 0;
  for (const [name, value] of fields) at = encoder.writeField(bytes, at, name, value);
  return bytes.subarray(0, at);
}

/** What a gRPC request begins with. `fields` replace those of the same name, or come behind. */
export function requestFields(path: string, fields: Readonly<Record<string, string>> = {}): HeaderFields {
  return Object.entries({
    ":method": "POST",
    ":scheme": "http",
    ":path": path,
    ":authority": "localhost",
    "content-type": "application/grpc",
    te: "trailers",
    ...fields,
  });
}

/** Frames as bytes, and what they are made of, for tests that speak HTTP/2 themselves. */
export interface Frames {
  readonly END_STREAM: typeof END_STREAM;
  readonly END_HEADERS: typeof END_HEADERS;
  readonly PADDED: typeof PADDED;
  readonly PRIORITY: typeof PRIORITY;
  readonly ACK: typeof ACK;
  readonly PREFACE: typeof PREFACE;
  readonly RESPONSE_FIELDS: typeof RESPONSE_FIELDS;
  readonly frame: typeof frame;
  readonly data: typeof data;
  readonly message: typeof message;
  readonly envelope: typeof envelope;
  readonly headers: typeof headers;
  readonly trailers: typeof trailers;
  readonly continuation: typeof continuation;
  readonly settings: typeof settings;
  readonly settingsAck: typeof settingsAck;
  readonly ping: typeof ping;
  readonly rstStream: typeof rstStream;
  readonly windowUpdate: typeof windowUpdate;
  readonly goaway: typeof goaway;
  readonly uint32: typeof uint32;
  readonly block: typeof block;
  readonly requestFields: typeof requestFields;
}

/** What makes frames. */
export const frames: Frames = {
  END_STREAM,
  END_HEADERS,
  PADDED,
  PRIORITY,
  ACK,
  PREFACE,
  RESPONSE_FIELDS,
  frame,
  data,
  message,
  envelope,
  headers,
  trailers,
  continuation,
  settings,
  settingsAck,
  ping,
  rstStream,
  windowUpdate,
  goaway,
  uint32,
  block,
  requestFields,
};
