import type { EventTeller } from "./event-teller.ts";

/** Tells as events what comes of a source of TLS identities. */
export class IdentityEvents {
  readonly #events: EventTeller;

  constructor(events: EventTeller) {
    this.#events = events;
  }

  onIdentityChanged(source: string, subject: string | undefined, validTo: Date | undefined): void {
    this.#events.tell("identity-changed", "info", { source, subject, validTo });
  }

  onIdentityRefused(source: string, message: string): void {
    this.#events.tell("identity-refused", "warning", { source, message });
  }
}
