import { bodyOf } from "../letter.ts";
import type { SimulatedLoop } from "../simulated-loop.ts";
import type { End, EndReset, EndSink, EndStream, Fields } from "./end.ts";
import type { ExchangePlan, Turn } from "./engine-plan.ts";

const NO_ERROR = 0;
const CANCEL = 8;

/** What the world knows of a party beside what it does itself. */
export interface PartyWorld {
  readonly loop: SimulatedLoop;
  onProblem(problem: string): void;
}

/** One side of one exchange: follows the plan, and holds what comes against what the other side was to say. */
export class Party implements EndSink {
  readonly plan: ExchangePlan;
  readonly side: "client" | "server";
  stream: EndStream | undefined;
  /** All that it was to say it has said, and it was not stopped. */
  hasSaidAll = false;
  /** All came that the other side was to say. */
  hasHeardAll = false;
  /** What it was told of an end before the end. */
  reset: EndReset | undefined;
  /** What it reset the stream with. */
  ownReset: number | undefined;
  /** A server that has replied needs no more of the request. */
  isEarly = false;
  isReleased = false;
  readonly #world: PartyWorld;
  readonly #end: End;
  readonly #speech: Turn;
  readonly #expected: Turn;
  readonly #said: Uint8Array;
  readonly #heard: Uint8Array;
  #piece = 0;
  #saidBytes = 0;
  #heardBytes = 0;
  #hasHeader = false;
  #hasBegun = false;
  #isWaiting = false;
  /** Both sides have said all, and the stream knows. */
  #isFinished = false;

  constructor(plan: ExchangePlan, side: "client" | "server", end: End, world: PartyWorld) {
    this.plan = plan;
    this.side = side;
    this.#end = end;
    this.#world = world;
    const [mine, other] = side === "client" ? (["request", "reply"] as const) : (["reply", "request"] as const);
    this.#speech = plan[mine];
    this.#expected = plan[other];
    this.#said = bodyOf(plan.id, 0, mine, sum(this.#speech.pieces));
    this.#heard = bodyOf(plan.id, 0, other, sum(this.#expected.pieces));
  }

  /** Whether it has nothing more to do; something of it may still wait to leave. */
  get isDone(): boolean {
    if (this.ownReset !== undefined || this.reset !== undefined) return true;
    return this.hasSaidAll && (this.hasHeardAll || this.isEarly);
  }

  /** Whether nothing more happens here. */
  get isOver(): boolean {
    return this.isDone && this.stream?.isClosed === true;
  }

  /** Whether it counts against the limit on streams. */
  get isLive(): boolean {
    return !this.isReleased || this.stream?.isClosed !== true;
  }

  open(): void {
    const { fields, pieces, trailer } = this.#speech;
    const isWhole = pieces.length === 0 && trailer === undefined;
    this.#hasBegun = true;
    this.stream = this.#end.open(this, fields, isWhole);
    if (isWhole) this.hasSaidAll = true;
    else this.#after(this.#speech.gapMs, () => this.#saySome());
    const { clientResetMs } = this.plan;
    if (clientResetMs !== undefined) this.#world.loop.setTimer(clientResetMs, () => this.#resetOwn(CANCEL));
  }

  // ---- what comes -------------------------------------------------------------------------

  onHeader(fields: Fields, isEnd: boolean): void {
    this.#expectToListen("a header");
    const { fields: first, pieces, trailer } = this.#expected;
    const due = this.#hasHeader ? trailer : first;
    if (JSON.stringify(fields) !== JSON.stringify(due))
      this.#problem(`${this.#hasHeader ? "the trailer" : "the header"} is ${JSON.stringify(fields).slice(0, 500)}`);
    if (isEnd !== (this.#hasHeader || (pieces.length === 0 && trailer === undefined)))
      this.#problem(`a header that ${isEnd ? "ends" : "does not end"} the stream`);
    const isFirst = !this.#hasHeader;
    this.#hasHeader = true;
    if (isEnd) this.#hearEnd();
    if (this.side === "server" && isFirst && this.plan.replyAt === "header") this.#begin();
  }

  onData(bytes: Uint8Array, isEnd: boolean): void {
    this.#expectToListen("DATA");
    if (!this.#hasHeader) this.#problem("DATA before the header");
    const due = this.#heard.subarray(this.#heardBytes, this.#heardBytes + bytes.length);
    if (Buffer.compare(bytes, due) !== 0)
      this.#problem(`${bytes.length} bytes from ${this.#heardBytes} on are not those that were sent`);
    this.#heardBytes += bytes.length;
    const { length } = bytes;
    if (length > 0) this.#after(this.#expected.consumeMs, () => this.#consume(length));
    if (!isEnd) return;
    if (this.#expected.trailer !== undefined) this.#problem("the end came, and no trailer");
    this.#hearEnd();
  }

  onReset(reset: EndReset): void {
    const what = `a reset (${reset.origin}, ${reset.http2Code})`;
    if (this.#isFinished || this.ownReset !== undefined || this.reset !== undefined)
      this.#problem(`${what} behind the end`);
    this.reset = reset;
    this.#onDone();
  }

  onWritable(): void {
    if (!this.#isWaiting) this.#problem("onWritable, which nobody waits for");
    this.#isWaiting = false;
    this.#saySome();
  }

  /** For who looks for what went wrong. */
  describe(): string {
    const { id, sendWindow, receiveWindow, isClosed } = this.stream ?? {};
    const progress = `said ${this.#saidBytes} of ${this.#said.length}, heard ${this.#heardBytes} of ${this.#heard.length}`;
    const windows = `may send ${sendWindow}, may get ${receiveWindow}`;
    return `${this.side}: stream ${id}, ${isClosed ? "closed" : "open"}, ${progress}, ${windows}${this.#isWaiting ? ", waits" : ""}`;
  }

  #expectToListen(what: string): void {
    if (this.ownReset !== undefined) this.#problem(`${what} behind its own reset`);
    if (this.reset !== undefined) this.#problem(`${what} behind a reset`);
    if (this.hasHeardAll) this.#problem(`${what} behind the end`);
  }

  #hearEnd(): void {
    if (this.#heardBytes !== this.#heard.length)
      this.#problem(`the end came behind ${this.#heardBytes} of ${this.#heard.length} bytes`);
    this.hasHeardAll = true;
    if (this.side === "server" && this.plan.replyAt === "end") this.#begin();
    // The stream is closed behind this, where it is.
    queueMicrotask(() => this.#noteFinished());
    this.#onDone();
  }

  #consume(byteLength: number): void {
    if (this.stream !== undefined) this.#end.release(this.stream, byteLength);
  }

  // ---- what goes --------------------------------------------------------------------------

  /** A server's reply. */
  #begin(): void {
    if (this.#hasBegun || this.stream === undefined) return;
    this.#hasBegun = true;
    this.#after(this.#speech.gapMs, () => {
      if (this.stream === undefined || this.#isStopped || this.#resetAsPlanned(0)) return;
      const { fields, pieces, trailer } = this.#speech;
      const isWhole = pieces.length === 0 && trailer === undefined;
      this.#end.sendHeader(this.stream, fields, isWhole);
      if (isWhole) this.#onSaidAll();
      else this.#saySome();
    });
  }

  get #isStopped(): boolean {
    return this.reset !== undefined || this.ownReset !== undefined || this.#end.isClosed;
  }

  #saySome(): void {
    const { stream } = this;
    const { pieces, trailer, gapMs, isPatient } = this.#speech;
    while (stream !== undefined && !this.#isStopped && !this.hasSaidAll) {
      if (this.#piece > 0 && this.#resetAsPlanned(this.#piece)) return;
      const length = pieces[this.#piece];
      if (length === undefined) {
        if (trailer !== undefined) this.#end.sendHeader(stream, trailer, true);
        this.#onSaidAll();
        return;
      }
      if (isPatient && !this.#end.isWritable(stream)) {
        this.#isWaiting = true;
        return;
      }
      this.#piece++;
      const bytes = this.#said.slice(this.#saidBytes, this.#saidBytes + length);
      this.#saidBytes += length;
      const isLast = trailer === undefined && this.#piece === pieces.length;
      this.#end.sendData(stream, bytes, isLast);
      if (isLast) {
        this.#onSaidAll();
        return;
      }
      if (gapMs > 0) {
        this.#after(gapMs, () => this.#saySome());
        return;
      }
    }
  }

  #onSaidAll(): void {
    this.hasSaidAll = true;
    if (this.plan.isEarly && this.side === "server" && this.stream !== undefined && !this.hasHeardAll) {
      this.isEarly = true;
      this.#end.endEarly(this.stream, NO_ERROR);
    }
    this.#noteFinished();
    this.#onDone();
  }

  #noteFinished(): void {
    if (this.reset === undefined && this.hasHeardAll && this.hasSaidAll)
      this.#isFinished = this.stream?.isClosed === true;
  }

  /** Whether it is time for the server to reset the stream, which it then does. */
  #resetAsPlanned(pieces: number): boolean {
    const { serverReset } = this.plan;
    if (this.side === "client" || serverReset === undefined || pieces < serverReset.pieces) return false;
    this.#resetOwn(serverReset.http2Code);
    return true;
  }

  #resetOwn(http2Code: number): void {
    if (this.stream === undefined || this.#isStopped || this.stream.isClosed) return;
    this.ownReset = http2Code;
    this.#end.reset(this.stream, http2Code);
    this.#onDone();
  }

  /** A server goes on for a while, whatever became of the stream. */
  #onDone(): void {
    if (this.side === "client" || this.isReleased || !this.isDone) return;
    this.#after(this.plan.lingerMs, () => {
      if (this.stream === undefined || this.isReleased) return;
      this.#end.releaseStream(this.stream);
      this.isReleased = true;
    });
  }

  #after(ms: number, run: () => void): void {
    if (ms > 0) this.#world.loop.setTimer(ms, run);
    else this.#world.loop.soon(run);
  }

  #problem(what: string): void {
    this.#world.onProblem(`exchange ${this.plan.id} at the ${this.side}: ${what}`);
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
