const HEADER_BYTES = 9;
const PREFACE_BYTES = 24;

/** A frame as it went by. */
export interface SeenFrame {
  readonly type: number;
  readonly flags: number;
  readonly streamId: number;
  readonly payload: Buffer;
}

/** Cuts one direction of a connection into frames, by other code than the engine's. */
export class FrameCutter {
  #rest: Buffer = Buffer.alloc(0);
  #isPrefaceDue: boolean;

  constructor(isClient: boolean) {
    this.#isPrefaceDue = isClient;
  }

  cut(bytes: Uint8Array): SeenFrame[] {
    let all = this.#rest.length === 0 ? Buffer.from(bytes) : Buffer.concat([this.#rest, bytes]);
    const frames: SeenFrame[] = [];
    if (this.#isPrefaceDue && all.length >= PREFACE_BYTES) {
      this.#isPrefaceDue = false;
      all = all.subarray(PREFACE_BYTES);
    }
    while (!this.#isPrefaceDue && all.length >= HEADER_BYTES) {
      const end = HEADER_BYTES + all.readUIntBE(0, 3);
      if (all.length < end) break;
      frames.push({
        type: all.readUInt8(3),
        flags: all.readUInt8(4),
        streamId: all.readUInt32BE(5) & 0x7fffffff,
        payload: all.subarray(HEADER_BYTES, end),
      });
      all = all.subarray(end);
    }
    this.#rest = all;
    return frames;
  }
}
