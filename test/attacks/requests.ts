/** Requests and floods as bytes, for attacks. */
import { block, END_HEADERS, END_STREAM, frame, message, requestFields, Type, uint32 } from "../robustness/wire.ts";

export const Code = {
  NoError: 0,
  ProtocolError: 1,
  FlowControlError: 3,
  SettingsTimeout: 4,
  StreamClosed: 5,
  FrameSizeError: 6,
  RefusedStream: 7,
  Cancel: 8,
  CompressionError: 9,
  EnhanceYourCalm: 11,
} as const;

/** How the whole connection ends, as `Attacker.ends` has it. */
export function goaway(code: number): string {
  return `GOAWAY ${code}`;
}

/** How a stream ends. */
export function reset(streamId: number, code: number): string {
  return `RST_STREAM ${streamId} ${code}`;
}

export function repeat(count: number, make: (index: number) => Uint8Array): Buffer {
  return Buffer.concat(Array.from({ length: count }, (_, index) => make(index)));
}

/** The number of the stream that a client opens as its `index`th, from 0. */
export function idOf(index: number): number {
  return 2 * index + 1;
}

/** Opens a stream for a method of the Probe. */
export function open(
  streamId: number,
  method = "Unary",
  fields: readonly (readonly [string, string])[] = [],
  flags: number = END_HEADERS,
): Buffer {
  return frame(Type.Headers, flags, streamId, block(...requestFields(`/robustness.Probe/${method}`), ...fields));
}

export function data(streamId: number, payload: Uint8Array | string, flags = 0): Buffer {
  return frame(Type.Data, flags, streamId, payload);
}

/** A whole request. */
export function request(streamId: number, body: Uint8Array | string = "", method = "Unary"): Buffer {
  return Buffer.concat([open(streamId, method), data(streamId, message(body), END_STREAM)]);
}

export function rst(streamId: number, code: number = Code.Cancel): Buffer {
  return frame(Type.RstStream, 0, streamId, uint32(code));
}

export function windowUpdate(streamId: number, increment: number): Buffer {
  return frame(Type.WindowUpdate, 0, streamId, uint32(increment));
}

/** A Ping of the Probe with n = -1: a call that does not end. */
export const ENDLESS: Buffer = Buffer.from("08ffffffffffffffffff01", "hex");

/** A Ping that asks for a reply of `length` bytes. */
export function askFor(length: number, text = "large"): Buffer {
  const varint: number[] = [];
  for (let rest = length; ; rest >>>= 7) {
    varint.push(rest >= 128 ? (rest & 127) | 128 : rest);
    if (rest < 128) break;
  }
  return Buffer.concat([Buffer.from([0x08, ...varint, 0x12, text.length]), Buffer.from(text)]);
}
