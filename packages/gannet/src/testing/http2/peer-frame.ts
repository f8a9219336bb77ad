import { FRAME_HEADER_BYTES, FrameFlag, type HpackDecoder, http2CodeName, readUint32 } from "../../http2/index.ts";
import type { HeaderFields } from "./frames.ts";

/** Types by number (RFC 9113 §6). */
const TYPE_NAMES = [
  "DATA",
  "HEADERS",
  "PRIORITY",
  "RST_STREAM",
  "SETTINGS",
  "PUSH_PROMISE",
  "PING",
  "GOAWAY",
  "WINDOW_UPDATE",
  "CONTINUATION",
] as const;

/** The name of a frame's type as the RFC has it; those that it does not have are `?`. */
export type FrameTypeName = (typeof TYPE_NAMES)[number] | "?";

/** A frame that came. */
export interface PeerFrame {
  readonly type: FrameTypeName;
  readonly flags: number;
  /** 0 for the connection. */
  readonly streamId: number;
  readonly payload: Uint8Array;
  /** What a header says: of HEADERS, or the CONTINUATION that ends it. Undefined for all else. */
  readonly fields: HeaderFields | undefined;
  /** The frame in a word or two, such as `RST_STREAM 3 CANCEL`, `DATA 1 [5] end` or `SETTINGS ack`. */
  readonly text: string;
}

/** Cuts what came into frames, keeping what is not yet whole. */
export class PeerFrameReader {
  readonly #decoder: HpackDecoder | undefined;
  #bytes: Buffer = Buffer.alloc(0);
  #block: Uint8Array[] = [];

  /** @param decoder for header blocks; frames have no fields without one */
  constructor(decoder?: HpackDecoder) {
    this.#decoder = decoder;
  }

  /** Bytes of a frame that has not come whole. */
  get openBytes(): number {
    return this.#bytes.length;
  }

  read(chunk: Uint8Array): PeerFrame[] {
    const bytes = Buffer.concat([this.#bytes, chunk]);
    const frames: PeerFrame[] = [];
    let at = 0;
    while (at + FRAME_HEADER_BYTES <= bytes.length) {
      const end = at + FRAME_HEADER_BYTES + (readUint32(bytes, at) >>> 8);
      if (end > bytes.length) break;
      frames.push(this.#frameOf(bytes, at, end));
      at = end;
    }
    this.#bytes = bytes.subarray(at);
    return frames;
  }

  #frameOf(bytes: Buffer, at: number, end: number): PeerFrame {
    const type = TYPE_NAMES[bytes[at + 3] ?? -1] ?? "?";
    const flags = bytes[at + 4] ?? 0;
    const streamId = readUint32(bytes, at + 5) & 0x7fffffff;
    const payload = bytes.subarray(at + FRAME_HEADER_BYTES, end);
    const text = describeFrame(type, flags, streamId, payload);
    return { type, flags, streamId, payload, fields: this.#fieldsOf(type, flags, payload), text };
  }

  #fieldsOf(type: FrameTypeName, flags: number, payload: Buffer): HeaderFields | undefined {
    if (this.#decoder === undefined || (type !== "HEADERS" && type !== "CONTINUATION")) return undefined;
    this.#block.push(type === "HEADERS" ? withoutPadding(flags, payload) : payload);
    if ((flags & FrameFlag.EndHeaders) === 0) return undefined;
    const block = Buffer.concat(this.#block.splice(0));
    try {
      return this.#decoder.decode(block, 0, block.length)?.fields.map(({ name, value }) => [name, value] as const);
    } catch {
      // Not a header: the test sees the payload.
      return undefined;
    }
  }
}

/** The part of HEADERS that is a header (RFC 9113 §6.2). */
function withoutPadding(flags: number, payload: Buffer): Buffer {
  const isPadded = (flags & FrameFlag.Padded) !== 0;
  const start = (isPadded ? 1 : 0) + (flags & FrameFlag.Priority ? 5 : 0);
  return payload.subarray(start, payload.length - (isPadded ? (payload[0] ?? 0) : 0));
}

function describeFrame(type: FrameTypeName, flags: number, streamId: number, payload: Buffer): string {
  const end = (type === "DATA" || type === "HEADERS") && flags & FrameFlag.EndStream ? " end" : "";
  const number = (at: number) => (payload.length >= at + 4 ? payload.readUInt32BE(at) : Number.NaN);
  switch (type) {
    case "DATA":
      return `DATA ${streamId} [${payload.length}]${end}`;
    case "RST_STREAM":
      return `RST_STREAM ${streamId} ${http2CodeName(number(0))}`;
    case "GOAWAY":
      return `GOAWAY ${number(0)} ${http2CodeName(number(4))}`;
    case "WINDOW_UPDATE":
      return `WINDOW_UPDATE ${streamId} +${number(0)}`;
    case "SETTINGS":
    case "PING":
      return flags & FrameFlag.Ack ? `${type} ack` : type;
    default:
      return `${type} ${streamId}${flags & FrameFlag.EndHeaders ? "" : " more"}${end}`;
  }
}
