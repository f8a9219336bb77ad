import type { EventTeller } from "../../observe/index.ts";
import type { CallSelector, Found } from "../resolver/index.ts";
import type { ParsedServiceConfig } from "./parse-service-config.ts";

/** What a channel finds its service config by. */
export interface ConfigSource {
  readonly target: string;
  readonly events: EventTeller;
  /** What holds where the resolver finds none; undefined for none. */
  readonly fallback: ParsedServiceConfig | undefined;
  /** @throws TypeError for what is no config */
  parse(json: unknown): ParsedServiceConfig;
}

/**
 * The service config that a channel uses: the last that its resolver found and that could be read, and before there is
 * one what the channel was given (gRFC A21).
 */
export class ConfigInUse {
  readonly #source: ConfigSource;
  #current: ParsedServiceConfig | undefined;
  /** What was found last, as text: it is not read and complained of again each time. */
  #found: string | undefined;
  #isUsable = false;
  #unusable: string | undefined;
  /** Whether what was found could be used once: it stays in use when something comes that cannot. */
  #isChosen = false;
  #selectCall: CallSelector | undefined;

  constructor(source: ConfigSource) {
    this.#source = source;
    this.#current = source.fallback;
  }

  get current(): ParsedServiceConfig | undefined {
    return this.#current;
  }

  /** What came with it. */
  get selectCall(): CallSelector | undefined {
    return this.#selectCall;
  }

  /**
   * Takes what a resolver found; undefined stands for nothing. What cannot be read changes nothing.
   *
   * @returns why the channel cannot go on with what was found: there is no config that it could use in its place. Else
   *   undefined
   */
  take({ serviceConfig: json, selectCall }: Pick<Found, "serviceConfig" | "selectCall">): string | undefined {
    const { target, events, fallback, parse } = this.#source;
    if (json === undefined) {
      this.#found = undefined;
      this.#unusable = undefined;
      this.#choose(fallback, selectCall);
      return undefined;
    }
    const found = textOfConfig(json);
    if (found !== undefined && found === this.#found) {
      if (this.#isUsable) this.#selectCall = selectCall;
      return this.#unusable;
    }
    this.#found = found;
    this.#unusable = undefined;
    try {
      if (json instanceof Error) throw json;
      this.#choose(parse(json), selectCall);
      this.#isUsable = true;
    } catch (error) {
      this.#isUsable = false;
      const reason = error instanceof Error ? error.message : String(error);
      events.tell("service-config", "error", { target, reason });
      if (!this.#isChosen && fallback === undefined) this.#unusable = `the service config cannot be used: ${reason}`;
      return this.#unusable;
    }
    for (const field of this.#current?.unknownFields ?? []) this.warn(`nobody knows the field ${field}`);
    return undefined;
  }

  /** Tells of something that is probably meant otherwise. */
  warn(reason: string): void {
    const { target, events } = this.#source;
    events.tell("service-config", "warning", { target, reason });
  }

  #choose(config: ParsedServiceConfig | undefined, selectCall: CallSelector | undefined): void {
    this.#current = config;
    this.#selectCall = selectCall;
    this.#isChosen = true;
  }
}

/** Undefined for what is no JSON: it is read each time. */
function textOfConfig(json: unknown): string | undefined {
  if (json instanceof Error) return json.message;
  try {
    return JSON.stringify(json);
  } catch {
    return undefined;
  }
}
