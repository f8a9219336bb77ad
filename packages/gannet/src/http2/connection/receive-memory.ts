import { Http2Code, Http2Error } from "../http2-error.ts";
import type { Http2Stream } from "../stream/index.ts";
import type { BufferBudget, BufferHolder } from "./buffer-budget.ts";
import type { Limits } from "./connection-limits.ts";
import type { ReceiveWindows } from "./receive-windows.ts";
import type { StreamEnds } from "./stream-ends.ts";
import type { StreamTable } from "./stream-table.ts";

/**
 * What becomes of streams when memory for what came and was not consumed is short. It is looked once behind each turn.
 *
 *   little is kept      any stream may put a message aside that is not whole, and gets its window back for it
 *   more than a sixteenth the oldest such stream gets it, the others wait with the window that they have
 *   all of it           the connection's window stays shut: whoever listens to streams will consume something
 *   ... and at least half of that is put aside, so that it is the peer's turn, which may send nothing: the largest
 *                       stream is ended, until there is room. Not the oldest, which goes on for as long as it takes
 *
 * A peer that sends many large messages at a time on few connections is slowed down that way, and nothing fails; one that
 * finishes none of them does not get beyond the limit, nor hang those that it has finished. RFC 9113 §10.5.
 */
export class ReceiveMemory implements BufferHolder {
  readonly #limits: Limits;
  readonly #table: StreamTable;
  readonly #windows: ReceiveWindows;
  readonly #ends: StreamEnds;
  readonly #budget: BufferBudget | undefined;
  /** The stream that goes on. */
  #first: Http2Stream | undefined;
  /** What the budget knows to be kept. */
  reportedBytes = 0;

  constructor(
    limits: Limits,
    table: StreamTable,
    windows: ReceiveWindows,
    ends: StreamEnds,
    budget: BufferBudget | undefined,
  ) {
    this.#limits = limits;
    this.#table = table;
    this.#windows = windows;
    this.#ends = ends;
    this.#budget = budget;
  }

  get heldBytes(): number {
    return this.#table.unconsumedBytes;
  }

  /** A turn is over. */
  onTurn(): void {
    const windows = this.#windows;
    if (windows.connectionBytes <= 0) windows.isStrained = true;
    if (windows.isStrained) this.#settle();
    if (this.#table.unconsumedBytes !== this.reportedBytes) this.#budget?.onChange(this);
  }

  /** The connection has ended, and keeps nothing any more. */
  onClose(): void {
    this.#budget?.onChange(this);
  }

  /** Ends the stream that keeps most, for the sake of others. False where there is none. */
  endLargest(message: string, violation: string): boolean {
    const largest = this.#findLargest((stream) => stream.unconsumed);
    if (largest === undefined) return false;
    this.#end(largest, message, violation);
    return true;
  }

  #settle(): void {
    const windows = this.#windows;
    if (windows.hasMemory) {
      windows.isStrained = false;
      this.#first = undefined;
      for (const stream of this.#table.all()) windows.payOwed(stream);
      windows.reopenConnection();
      return;
    }
    if (this.#table.asideBytes > 0) windows.payOwed(this.#findFirst());
    this.#makeRoom();
  }

  /** Where nothing may come any more although it is the peer's turn. */
  #makeRoom(): void {
    const windows = this.#windows;
    const table = this.#table;
    windows.reopenConnection();
    while (windows.connectionBytes <= 0 && table.asideBytes > 0 && table.asideBytes * 2 >= table.unconsumedBytes) {
      const first = this.#findFirst();
      const largest = this.#findLargest((stream) => (stream === first ? 0 : stream.asideBytes));
      if (largest === undefined) {
        windows.payOwed(first);
        windows.openBeyond();
        return;
      }
      const { maxUnconsumedBytes } = this.#limits;
      const message = `${maxUnconsumedBytes} bytes are kept for messages that are not whole, and none of them ends`;
      this.#end(largest, message, "receive-buffer-full");
      windows.reopenConnection();
    }
  }

  #end(stream: Http2Stream, message: string, violation: string): void {
    this.#ends.drop(stream, new Http2Error(stream.id, Http2Code.EnhanceYourCalm, message, violation));
  }

  /** The oldest stream that has something put aside. There is one. */
  #findFirst(): Http2Stream {
    if (this.#first === undefined || this.#first.asideBytes === 0)
      this.#first = this.#table.all().find(({ asideBytes }) => asideBytes > 0);
    return this.#first as Http2Stream;
  }

  /** The last of those that have most; undefined where all have none. */
  #findLargest(measure: (stream: Http2Stream) => number): Http2Stream | undefined {
    let largest: Http2Stream | undefined;
    let most = 1;
    for (const stream of this.#table.all()) {
      const bytes = measure(stream);
      if (bytes < most) continue;
      largest = stream;
      most = bytes;
    }
    return largest;
  }
}
