import type { Attacker } from "../robustness/victim.ts";
import { parseFrames, Type } from "../robustness/wire.ts";

const FRAME_BYTES = 16_384;
const WINDOW_BYTES = 262_144;
const CONNECTION_BYTES = 65_535;

/**
 * Keeps to the windows that a server gives, as a client in order does, and sends as much on each stream as it may: so that
 * what ends is not ended for more than was allowed.
 */
export class PacedClient {
  readonly #attacker: Attacker;
  readonly #windows = new Map<number, number>();
  #connection = CONNECTION_BYTES;
  #seen = 0;

  constructor(attacker: Attacker) {
    this.#attacker = attacker;
  }

  open(streamId: number): void {
    this.#windows.set(streamId, WINDOW_BYTES);
  }

  /** What may still be sent on all streams together. */
  get connectionBytes(): number {
    return this.#connection;
  }

  /** Reads what came since. */
  look(): void {
    const { received } = this.#attacker;
    const frames = parseFrames(received.subarray(this.#seen));
    for (const { type, streamId, payload } of frames) {
      this.#seen += 9 + payload.length;
      if (type === Type.RstStream) this.#windows.delete(streamId);
      if (type !== Type.WindowUpdate) continue;
      const increment = payload.readUInt32BE(0);
      if (streamId === 0) this.#connection += increment;
      else if (this.#windows.has(streamId)) this.#windows.set(streamId, (this.#windows.get(streamId) ?? 0) + increment);
    }
  }

  /** Sends up to `byteLength` more of `make`'s bytes on a stream. Gives how many went. */
  send(streamId: number, byteLength: number, fill: Buffer): number {
    let sent = 0;
    const frames: Buffer[] = [];
    while (sent < byteLength) {
      const window = this.#windows.get(streamId) ?? 0;
      const room = Math.min(window, this.#connection, FRAME_BYTES, byteLength - sent);
      if (room <= 0) break;
      const header = Buffer.alloc(9);
      header.writeUIntBE(room, 0, 3);
      header.writeUInt32BE(streamId, 5);
      frames.push(header, fill.subarray(sent % fill.length, (sent % fill.length) + room));
      this.#windows.set(streamId, window - room);
      this.#connection -= room;
      sent += room;
    }
    if (frames.length > 0) this.#attacker.say(...frames);
    return sent;
  }
}
