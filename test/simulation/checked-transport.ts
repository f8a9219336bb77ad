import type { Transport } from "gannet";

type CallInit = Parameters<Transport["start"]>[1];
type CallObserver = Parameters<Transport["start"]>[2];
type CallWriter = ReturnType<Transport["start"]>;

/** A transport in front of a channel that holds it to what `CallObserver` promises. */
export function createCheckedTransport(transport: Transport, onProblem: (problem: string) => void): Transport {
  return {
    clock: transport.clock,
    interceptors: transport.interceptors,
    ambient: transport.ambient,
    close: () => transport.close(),
    start(method, init: CallInit, observer): CallWriter {
      const checked = new CheckedCall(observer, (problem) => onProblem(`${method.name}: ${problem}`));
      const writer = transport.start(method, init, checked);
      return {
        send: (message, isLast, compress) => writer.send(message, isLast, compress),
        endSend: () => writer.endSend(),
        cancel: (error) => writer.cancel(error),
        request(count, maxBytes) {
          checked.asked += count;
          writer.request(count, maxBytes);
        },
        get peer() {
          return writer.peer;
        },
      };
    },
  };
}

class CheckedCall implements CallObserver {
  asked = 0;
  readonly #observer: CallObserver;
  readonly #onProblem: (problem: string) => void;
  #hasHeader = false;
  #isEnded = false;

  constructor(observer: CallObserver, onProblem: (problem: string) => void) {
    this.#observer = observer;
    this.#onProblem = onProblem;
  }

  onHeader(header: Parameters<CallObserver["onHeader"]>[0]): void {
    if (this.#hasHeader || this.#isEnded) this.#onProblem("a second header");
    this.#hasHeader = true;
    this.#observer.onHeader(header);
  }

  onMessage(message: object): void {
    if (this.#isEnded) this.#onProblem("a message behind the end");
    if (--this.asked < 0) this.#onProblem("a message that nobody asked for");
    this.#observer.onMessage(message);
  }

  onWritable(): void {
    this.#observer.onWritable();
  }

  onEnd(end: Parameters<CallObserver["onEnd"]>[0]): void {
    if (this.#isEnded) this.#onProblem("a second end");
    this.#isEnded = true;
    this.#observer.onEnd(end);
  }
}
