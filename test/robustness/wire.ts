/** HTTP/2 as bytes, written by hand so that it can be wrong. */

export const PREFACE: Buffer = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "latin1");

export const Type = {
  Data: 0,
  Headers: 1,
  Priority: 2,
  RstStream: 3,
  Settings: 4,
  PushPromise: 5,
  Ping: 6,
  Goaway: 7,
  WindowUpdate: 8,
  Continuation: 9,
} as const;

export const END_STREAM = 1;
export const ACK = 1;
export const END_HEADERS = 4;
export const PADDED = 8;
export const PRIORITY = 0x20;

const HEADER_BYTES = 9;

/** A frame. `length` is what it says of itself, where that is not true. */
export function frame(
  type: number,
  flags: number,
  streamId: number,
  payload: Uint8Array | string = "",
  length?: number,
): Buffer {
  const body = Buffer.from(payload as string, "latin1");
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUIntBE(length ?? body.length, 0, 3);
  header.writeUInt8(type, 3);
  header.writeUInt8(flags, 4);
  header.writeUInt32BE(streamId, 5);
  return Buffer.concat([header, body]);
}

export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

export function settings(...pairs: readonly (readonly [id: number, value: number])[]): Buffer {
  const body = pairs.map(([id, value]) => Buffer.concat([uint32(id).subarray(2), uint32(value)]));
  return frame(Type.Settings, 0, 0, Buffer.concat(body));
}

/** What a client says first. */
export const GREETING: Buffer = Buffer.concat([PREFACE, settings()]);

/** A header block of literals without indexing (RFC 7541 §6.2.2). */
export function block(...fields: readonly (readonly [name: string, value: string])[]): Buffer {
  return Buffer.concat(fields.flatMap(([name, value]) => [Buffer.from([0]), text(name), text(value)]));
}

/** A string literal, not compressed (§5.2). */
function text(value: string): Buffer {
  const bytes = Buffer.from(value, "latin1");
  const length: number[] = [];
  if (bytes.length < 127) length.push(bytes.length);
  else {
    length.push(127);
    let rest = bytes.length - 127;
    for (; rest >= 128; rest >>>= 7) length.push((rest & 127) | 128);
    length.push(rest);
  }
  return Buffer.concat([Buffer.from(length), bytes]);
}

const UNARY = "/robustness.Probe/Unary";

/** The fields of a request that is in order. */
export function requestFields(path: string = UNARY): (readonly [string, string])[] {
  return [
    [":method", "POST"],
    [":scheme", "http"],
    [":path", path],
    [":authority", "localhost"],
    ["content-type", "application/grpc"],
    ["te", "trailers"],
  ];
}

export const requestBlock: Buffer = block(...requestFields());

/** A message with its prefix. `length` is what the prefix says, where that is not true. */
export function message(body: Uint8Array | string = "", flag = 0, length?: number): Buffer {
  const bytes = Buffer.from(body as string, "latin1");
  return Buffer.concat([Buffer.from([flag]), uint32(length ?? bytes.length), bytes]);
}

/** A frame that came, as far as tests look at it. */
export interface SeenFrame {
  readonly type: number;
  readonly flags: number;
  readonly streamId: number;
  readonly payload: Buffer;
}

/** The whole frames that bytes start with. */
export function parseFrames(bytes: Buffer): SeenFrame[] {
  const frames: SeenFrame[] = [];
  for (let at = 0; at + HEADER_BYTES <= bytes.length; ) {
    const end = at + HEADER_BYTES + bytes.readUIntBE(at, 3);
    if (end > bytes.length) break;
    frames.push({
      type: bytes.readUInt8(at + 3),
      flags: bytes.readUInt8(at + 4),
      streamId: bytes.readUInt32BE(at + 5) & 0x7fffffff,
      payload: bytes.subarray(at + HEADER_BYTES, end),
    });
    at = end;
  }
  return frames;
}

/** `GOAWAY 1` and `RST_STREAM 3 8`: the ends of a connection and its streams among frames, with their codes. */
export function endsOf(bytes: Buffer): string[] {
  return parseFrames(bytes).flatMap(({ type, streamId, payload }) => {
    if (type === Type.Goaway) return [`GOAWAY ${payload.readUInt32BE(4)}`];
    return type === Type.RstStream ? [`RST_STREAM ${streamId} ${payload.readUInt32BE(0)}`] : [];
  });
}

/** Numbers that look random and are the same each time (mulberry32). */
export function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

export function randomBytes(random: (below: number) => number, length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => random(256)));
}
