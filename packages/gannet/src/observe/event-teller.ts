import { type DiagnosticsChannel, dropRejection, type EventListener, type GrpcEvent } from "../core/index.ts";

/** Tells events to the listener of the options, and to whoever listens from outside. */
export class EventTeller {
  readonly #listener: EventListener | undefined;
  readonly #diagnostics: DiagnosticsChannel;

  constructor(listener: EventListener | undefined, diagnostics: DiagnosticsChannel) {
    this.#listener = listener;
    this.#diagnostics = diagnostics;
  }

  /** Whether anybody would hear of an event. */
  get isHeard(): boolean {
    return this.#listener !== undefined || this.#diagnostics.hasSubscribers;
  }

  /** A listener that fails must not take a connection with it: what it throws is lost. */
  tell(name: string, level: GrpcEvent["level"], fields: GrpcEvent["fields"]): void {
    const isHeard = this.#diagnostics.hasSubscribers;
    if (this.#listener === undefined && !isHeard) return;
    const event: GrpcEvent = { name, level, fields };
    try {
      dropRejection(this.#listener?.(event));
    } catch {}
    if (isHeard) this.#diagnostics.publish(event);
  }
}
