/** After so many messages without a wait, other calls get their turn. */
const MESSAGES_PER_TURN = 64;
/** Or after so many bytes: with 64 KiB, a stream of messages of that size is a tenth slower (`bench -- stream`). */
const BYTES_PER_TURN = 1024 * 1024;

/** Sends replies: false where it should be waited for `onWritable`. Throws for a message that cannot be encoded. */
export interface ReplySender {
  send(message: object): boolean;
  /** How many bytes it has sent. */
  readonly sentBytes: number;
}

type Replies = Iterator<object> | AsyncIterator<object>;

/** Takes replies from a handler's iterable as fast as the wire takes them, and no faster. */
export class ReplyPump {
  readonly #sender: ReplySender;
  readonly #iterable: unknown;
  #iterator: Replies | undefined;
  #resume: (() => void) | undefined;
  #isStopped = false;
  /** Whether the iterator is running right now, rather than waiting for something. */
  #isInStep = false;
  #returned: Promise<unknown> | undefined;

  constructor(sender: ReplySender, iterable: unknown) {
    this.#sender = sender;
    this.#iterable = iterable;
  }

  /** To be called once. Resolves when all are sent, or no more are wanted; rejects with what the iterable throws. */
  async run(): Promise<void> {
    const iterator = iterate(this.#iterable);
    this.#iterator = iterator;
    let messages = 0;
    let turnBytes = 0;
    while (!this.#isStopped) {
      const step = this.#step(iterator);
      const result = step instanceof Promise ? await step : step;
      if (result.done === true) return;
      if (this.#isStopped) break;
      let isRoom: boolean;
      try {
        isRoom = this.#sender.send(result.value);
      } catch (error) {
        await endReplies(iterator);
        throw error;
      }
      if (!isRoom) {
        await new Promise<void>((resolve) => {
          this.#resume = resolve;
        });
        messages = 0;
        turnBytes = this.#sender.sentBytes;
      } else if (++messages >= MESSAGES_PER_TURN || this.#sender.sentBytes - turnBytes >= BYTES_PER_TURN) {
        messages = 0;
        turnBytes = this.#sender.sentBytes;
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
    await (this.#returned ?? endReplies(iterator));
  }

  /** The call is over: no reply is wanted any more. The handler's `finally` blocks run. */
  stop(): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.onWritable();
    // An iterator that ends its own call is told to stop once it has given what it was about to.
    if (!this.#isInStep && this.#iterator !== undefined) this.#returned = endReplies(this.#iterator);
  }

  onWritable(): void {
    const resume = this.#resume;
    this.#resume = undefined;
    resume?.();
  }

  #step(iterator: Replies): ReturnType<Replies["next"]> {
    this.#isInStep = true;
    try {
      return iterator.next();
    } finally {
      this.#isInStep = false;
    }
  }
}

/** Ends an iterator. What it throws meanwhile goes nowhere: the call has its status. */
async function endReplies(iterator: Replies): Promise<void> {
  try {
    await iterator.return?.();
  } catch {}
}

function iterate(iterable: unknown): Replies {
  const candidate = iterable as Partial<AsyncIterable<object> & Iterable<object>> | null | undefined;
  // An async function instead of a generator: what it throws later is of no use to anybody, and must not end the process.
  if (iterable instanceof Promise) iterable.catch(() => {});
  const iterator = candidate?.[Symbol.asyncIterator]?.() ?? candidate?.[Symbol.iterator]?.();
  if (iterator === undefined) {
    throw new TypeError("the handler of a streaming method must return an iterable, such as a generator does");
  }
  return iterator;
}
