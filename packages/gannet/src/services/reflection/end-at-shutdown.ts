import { GrpcError, type Signal } from "../../core/index.ts";

/** The same requests, but that waiting for one fails with UNAVAILABLE once the server shuts down. */
export async function* endAtShutdown<T>(requests: AsyncIterable<T>, shutdown: Signal): AsyncGenerator<T, void> {
  const iterator = requests[Symbol.asyncIterator]();
  for (;;) {
    const { done, value } = await unlessAborted(iterator.next(), shutdown);
    if (done === true) return;
    yield value;
  }
}

function unlessAborted<T>(promise: Promise<T>, signal: Signal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(new GrpcError("UNAVAILABLE", "the server shuts down"));
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}
