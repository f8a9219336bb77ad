import type { BytePipe } from "../byte-pipe.ts";

/** Keeps what is written. Flushes only when told to, as the end of a turn would. */
export class RecordingPipe implements BytePipe {
  readonly written: Uint8Array[] = [];
  congested = false;
  isEnded = false;
  flushRequests = 0;

  write(segment: Uint8Array, length: number): boolean {
    this.writeOwned(segment.slice(0, length));
    // Whoever reads a segment that was given back sees nonsense.
    segment.fill(0xee);
    return true;
  }

  writeOwned(bytes: Uint8Array): void {
    this.written.push(new Uint8Array(bytes));
  }

  requestFlush(): void {
    this.flushRequests++;
  }

  end(): void {
    this.isEnded = true;
  }

  destroy(): void {
    this.isEnded = true;
  }

  /** Takes all that was written so far. */
  take(): Uint8Array {
    return Buffer.concat(this.written.splice(0));
  }
}
