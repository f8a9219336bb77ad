import type { Http2Stream } from "./http2-stream.ts";

/**
 * Streams that wait for what all share, in turn. They are linked through fields of their own: a Set that loses and gets
 * entries all the time is kept alive by V8 in pieces, see stream-map.ts.
 */
export class ReadyQueue {
  #first: Http2Stream | undefined;
  #last: Http2Stream | undefined;

  get first(): Http2Stream | undefined {
    return this.#first;
  }

  /** Puts a stream behind the others. One that waits already keeps its place. */
  add(stream: Http2Stream): void {
    if (stream.isReady) return;
    stream.isReady = true;
    stream.readyBefore = this.#last;
    if (this.#last === undefined) this.#first = stream;
    else this.#last.readyBehind = stream;
    this.#last = stream;
  }

  /** Puts the first behind the others. */
  rotate(): void {
    const stream = this.#first;
    if (stream === undefined || stream === this.#last) return;
    this.remove(stream);
    this.add(stream);
  }

  /** Does nothing where it does not wait. */
  remove(stream: Http2Stream): void {
    if (!stream.isReady) return;
    const { readyBefore, readyBehind } = stream;
    if (readyBefore === undefined) this.#first = readyBehind;
    else readyBefore.readyBehind = readyBehind;
    if (readyBehind === undefined) this.#last = readyBefore;
    else readyBehind.readyBefore = readyBefore;
    stream.readyBefore = undefined;
    stream.readyBehind = undefined;
    stream.isReady = false;
  }
}
