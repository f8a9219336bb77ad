import { FrameCutter } from "../simulation/frame-cutter.ts";

interface Listener {
  receive(chunk: Uint8Array): void;
  flush(): void;
  onDrain(): void;
  onPipeEnd(reason: string): void;
}

const GOAWAY = 7;
const RST_STREAM = 3;
const LAST_TYPE = 9;
const INTERNAL_ERROR = 2;
const LAST_CODE = 0xd;
/** Whatever a few thousand bytes ask for, the answer is no longer than that. */
const MAX_WRITTEN_BYTES = 2_000_000;

/** One end of a connection whose other end is the fuzzer. */
export class FuzzPipe {
  readonly peer: { readonly address: string } = { address: "fuzz" };
  readonly localAddress: string = "fuzz";
  readonly isPrivate: boolean = true;
  readonly closed: Promise<void>;
  readonly congested: boolean = false;
  /** What is wrong with what was written, found while the runtime is at work. */
  problem: string | undefined;
  #resolveClosed: () => void = () => {};
  #listener: Listener | undefined;
  readonly #cutter: FrameCutter;
  #writtenBytes = 0;
  #isOver = false;

  constructor(isClient: boolean) {
    this.#cutter = new FrameCutter(isClient);
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
  }

  attach(listener: Listener): void {
    this.#listener = listener;
  }

  write(segment: Uint8Array, length: number): boolean {
    this.writeOwned(segment.subarray(0, length));
    return true;
  }

  writeOwned(bytes: Uint8Array): void {
    this.#writtenBytes += bytes.length;
    if (this.#writtenBytes > MAX_WRITTEN_BYTES) this.problem ??= "an answer that never ends";
    if (this.#isOver) this.problem ??= "bytes behind the end";
    for (const { type, payload } of this.#cutter.cut(bytes)) {
      if (type > LAST_TYPE) this.problem ??= `a frame of type ${type}`;
      if (type !== GOAWAY && type !== RST_STREAM) continue;
      const code = Buffer.from(payload).readUInt32BE(type === GOAWAY ? 4 : 0);
      if (code === INTERNAL_ERROR || code > LAST_CODE) this.problem ??= `a frame of type ${type} with the code ${code}`;
    }
  }

  requestFlush(): void {
    queueMicrotask(() => this.#listener?.flush());
  }

  end(): void {
    this.finish();
  }

  destroy(): void {
    this.finish();
  }

  ref(): void {}

  unref(): void {}

  /** Gives bytes to this end, in pieces of so many. */
  feed(bytes: Uint8Array, pieceBytes: number): void {
    for (let at = 0; at < bytes.length && !this.#isOver; at += pieceBytes)
      this.#listener?.receive(Uint8Array.prototype.slice.call(bytes, at, at + pieceBytes));
  }

  /** The connection is over, whoever wanted that. */
  finish(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    queueMicrotask(() => {
      this.#listener?.onPipeEnd("the fuzzer has had enough");
      this.#resolveClosed();
    });
  }
}
