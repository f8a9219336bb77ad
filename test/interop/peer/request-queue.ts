import type { PeerRequest } from "./peer-client.ts";

/** Requests that are pushed one by one and read once, in that order. */
export class RequestQueue implements AsyncIterableIterator<PeerRequest> {
  readonly #waiting: PeerRequest[] = [];
  #wake: (() => void) | undefined;
  #ended = false;

  push(request: PeerRequest): void {
    this.#waiting.push(request);
    this.#wake?.();
  }

  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  async next(): Promise<IteratorResult<PeerRequest, undefined>> {
    for (;;) {
      const request = this.#waiting.shift();
      if (request !== undefined) return { value: request, done: false };
      if (this.#ended) return { value: undefined, done: true };
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async return(): Promise<IteratorResult<PeerRequest, undefined>> {
    this.end();
    return { value: undefined, done: true };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
