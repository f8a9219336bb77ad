/** A frame as bytes, made by hand (RFC 9113 §4.1). */
export function frame(
  type: number,
  flags: number,
  streamId: number,
  payload: Uint8Array = new Uint8Array(0),
): Uint8Array {
  const bytes = Buffer.alloc(9 + payload.length);
  bytes.writeUIntBE(payload.length, 0, 3);
  bytes[3] = type;
  bytes[4] = flags;
  bytes.writeUInt32BE(streamId, 5);
  bytes.set(payload, 9);
  return bytes;
}

export const PREFACE: Uint8Array = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "latin1");
export const SETTINGS: Uint8Array = frame(4, 0, 0);

/** A header block of literals without an index and without Huffman's code (RFC 7541 §6.2.2). */
export function headerBlock(...fields: readonly (readonly [name: string, value: string])[]): Uint8Array {
  const text = (value: string) => Buffer.concat([Buffer.from([value.length]), Buffer.from(value, "latin1")]);
  return Buffer.concat(fields.flatMap(([name, value]) => [Buffer.from([0]), text(name), text(value)]));
}

/** A message of gRPC: its envelope and itself. */
export function envelope(message: Uint8Array, flag = 0): Uint8Array {
  const head = Buffer.alloc(5);
  head[0] = flag;
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

const EMPTY = new Uint8Array(0);
const number = (value: number): Uint8Array => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

/** The letter of test/simulation with call 5 and a short body. */
export const LETTER: Uint8Array = Buffer.from([0x08, 5, 0x1a, 3, 1, 2, 3]);

/** Frames that either side may send, and some that it may not. */
export const SESSION_FRAMES: readonly Uint8Array[] = [
  ...[1, 3, 5].flatMap((id) => [
    frame(0, 0, id, envelope(LETTER)),
    frame(0, 1, id, envelope(LETTER)),
    frame(0, 1, id),
    frame(0, 8, id, Buffer.concat([Buffer.from([2]), envelope(LETTER), Buffer.alloc(2)])),
    frame(0, 0, id, Buffer.concat([envelope(LETTER), envelope(LETTER).subarray(0, 7)])),
    frame(0, 0, id, envelope(LETTER, 1)),
    frame(3, 0, id, number(8)),
    frame(3, 0, id, number(7)),
    frame(8, 0, id, number(1000)),
    frame(8, 0, id, number(0x7fffffff)),
    frame(2, 0, id, Buffer.from([0, 0, 0, 0, 15])),
  ]),
  frame(4, 1, 0),
  frame(4, 0, 0, Buffer.from([0, 4, 0, 0, 0, 10])),
  frame(4, 0, 0, Buffer.from([0, 4, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0])),
  frame(4, 0, 0, Buffer.from([0, 3, 0, 0, 0, 1, 0, 5, 0, 0, 0x40, 0])),
  frame(6, 0, 0, Buffer.from("12345678")),
  frame(6, 1, 0, Buffer.from("gannet 1")),
  frame(7, 0, 0, Buffer.concat([number(1), number(0), Buffer.from("bye")])),
  frame(7, 0, 0, Buffer.concat([number(0x7fffffff), number(0)])),
  frame(8, 0, 0, number(100_000)),
  frame(5, 4, 1, number(2)),
  frame(0x21, 0, 0, Buffer.from("?")),
  EMPTY,
];
