import type { Socket } from "node:net";
import type { SeededChoice } from "../simulation/seeded-choice.ts";

/** So many pieces a chunk is cut into at most: what is left leaves whole. */
const MAX_PIECES = 40;

/** One direction of a connection through a proxy: bytes leave in the order in which they came, or not at all. */
export class FaultLane {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #choice: SeededChoice;
  readonly #onTorn: () => void;
  readonly #chunks: Uint8Array[] = [];
  #pieces = 0;
  /** Set while nothing leaves. */
  #timer: NodeJS.Timeout | undefined;
  /** Whether that is because of a stall. */
  #isHeld = false;
  #isFull = false;
  #hasEnded = false;
  #isTorn = false;
  #isClosed = false;
  #delayMs = 0;
  #maxPieceBytes = Number.POSITIVE_INFINITY;
  #spellEnd = 0;
  /** So many bytes have come. */
  bytesTaken = 0;

  /** @param onTorn called once the connection is to end within what was sent */
  constructor(from: Socket, to: Socket, choice: SeededChoice, onTorn: () => void) {
    this.#from = from;
    this.#to = to;
    this.#choice = choice;
    this.#onTorn = onTorn;
    from.on("data", (chunk: Uint8Array) => this.#take(chunk));
    from.on("end", () => {
      this.#hasEnded = true;
      this.#carry();
    });
    to.on("drain", () => {
      this.#isFull = false;
      this.#carry();
    });
  }

  /** Whether nothing leaves for now. */
  get isStalled(): boolean {
    return this.#timer !== undefined;
  }

  /** Whether nothing leaves because of a stall. */
  get isHeld(): boolean {
    return this.#isHeld && this.#timer !== undefined;
  }

  /** Whether all that has come has left. */
  get isEmpty(): boolean {
    return this.#isClosed || (this.#chunks.length === 0 && this.#timer === undefined && this.#to.writableLength === 0);
  }

  /** Nothing leaves for so long. */
  stall(ms: number): void {
    this.#isHeld = true;
    this.#wait(ms);
  }

  /** What comes waits, for a while. */
  delay(delayMs: number, forMs: number): void {
    this.#delayMs = delayMs;
    this.#spellEnd = performance.now() + forMs;
  }

  /** What comes leaves in pieces of up to so many bytes, a turn apart, for a while. */
  cut(maxPieceBytes: number, forMs: number): void {
    this.#maxPieceBytes = maxPieceBytes;
    this.#spellEnd = performance.now() + forMs;
  }

  /** Ends the connection within what comes next. */
  tear(): void {
    this.#isTorn = true;
  }

  /** Ends this direction. What comes from now on is lost. */
  halfClose(): void {
    this.#chunks.length = 0;
    this.#hasEnded = true;
    this.#isClosed = true;
    this.stop();
    this.#from.resume();
    this.#to.end();
  }

  heal(): void {
    this.#isTorn = false;
    this.#spellEnd = 0;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isHeld = false;
    this.#carry();
  }

  /** The connection is over. */
  stop(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #wait(ms: number): void {
    if (this.#isClosed) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#isHeld = false;
      this.#carry();
    }, ms);
  }

  #take(chunk: Uint8Array): void {
    this.bytesTaken += chunk.length;
    if (this.#isClosed) return;
    this.#chunks.push(chunk);
    this.#pieces = 0;
    this.#carry();
  }

  #carry(): void {
    while (!this.#isClosed && this.#timer === undefined && !this.#isFull) {
      const isSpell = performance.now() < this.#spellEnd;
      const piece = this.#nextPiece(isSpell);
      if (piece === undefined) {
        if (this.#hasEnded) this.#to.end();
        else this.#from.resume();
        return;
      }
      if (this.#isTorn) {
        // What was written leaves before the end of the connection does.
        this.#to.end(piece.subarray(0, this.#choice.between(0, piece.length - 1)));
        this.#isClosed = true;
        setImmediate(this.#onTorn);
        return;
      }
      this.#isFull = !this.#to.write(piece);
      if (isSpell) this.#wait(this.#delayMs);
    }
    // The sender shall notice.
    if (!this.#isClosed) this.#from.pause();
  }

  #nextPiece(isSpell: boolean): Uint8Array | undefined {
    const chunk = this.#chunks.shift();
    if (chunk === undefined || !isSpell || ++this.#pieces > MAX_PIECES) return chunk;
    const length = this.#choice.between(1, Math.min(chunk.length, this.#maxPieceBytes));
    if (length < chunk.length) this.#chunks.unshift(chunk.subarray(length));
    return chunk.subarray(0, length);
  }
}
