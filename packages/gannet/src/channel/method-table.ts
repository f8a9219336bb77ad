import type { DescMethod } from "@bufbuild/protobuf";
import { isRawMessage } from "../codec/index.ts";
import type { CallRules } from "./call-rules.ts";
import { IDEMPOTENT_RETRIES, type RetryThrottle } from "./retry/index.ts";
import { type MethodSettings, type ParsedServiceConfig, parseMethodSettings } from "./service-config/index.ts";

/** `google.protobuf.MethodOptions.IDEMPOTENCY_UNKNOWN`. */
const IDEMPOTENCY_UNKNOWN = 0;
const NOTHING: MethodSettings = {
  waitForReady: undefined,
  timeoutMs: undefined,
  maxSendBytes: undefined,
  maxReceiveBytes: undefined,
  attempts: undefined,
};

/** What is to be seen to in the calls of each method: what a service config says, and what the method says of itself. */
export class MethodTable {
  readonly throttle: RetryThrottle | undefined;
  readonly #config: ParsedServiceConfig | undefined;
  readonly #onMisspelt: (reason: string) => void;
  readonly #rules: Pick<CallRules, "isRetrying" | "isRetryingIdempotent">;
  /** By the configs that were chosen for calls. */
  readonly #chosen = new WeakMap<object, MethodSettings>();
  readonly #settings = new WeakMap<DescMethod, MethodSettings>();

  /** @param onMisspelt told of names in the config that are probably meant for others */
  constructor(
    config: ParsedServiceConfig | undefined,
    rules: Pick<CallRules, "isRetrying" | "isRetryingIdempotent">,
    onMisspelt: (reason: string) => void,
  ) {
    this.#onMisspelt = onMisspelt;
    this.#config = config;
    this.throttle = rules.isRetrying ? config?.throttle : undefined;
    this.#rules = rules;
  }

  /** Undefined where nothing is to be seen to. */
  settingsOf(method: DescMethod): MethodSettings | undefined {
    if (this.#config === undefined && method.idempotency === IDEMPOTENCY_UNKNOWN) return undefined;
    let settings = this.#settings.get(method);
    if (settings === undefined) {
      settings = this.#find(method);
      this.#settings.set(method, settings);
    }
    return settings === NOTHING ? undefined : settings;
  }

  /**
   * What a method config that was chosen for a call says.
   *
   * @throws TypeError that names the field, for what cannot be read
   */
  settingsIn(methodConfig: object, method: DescMethod): MethodSettings {
    let settings = this.#chosen.get(methodConfig);
    if (settings === undefined) {
      settings = parseMethodSettings(methodConfig);
      this.#chosen.set(methodConfig, settings);
    }
    return this.#withRetries(settings, method);
  }

  #find(method: DescMethod): MethodSettings {
    // Whoever hands bytes on knows nothing of a service but the method.
    if (!isRawMessage(method.input)) {
      for (const reason of this.#config?.names.look(method.parent) ?? []) this.#onMisspelt(reason);
    }
    const service = `/${method.parent.typeName}/`;
    const methods = this.#config?.methods;
    const found = methods?.get(service + method.name) ?? methods?.get(service) ?? methods?.get("") ?? NOTHING;
    return this.#withRetries(found, method);
  }

  /** Adds how a method is retried that says it is idempotent, where nothing else is said. */
  #withRetries(found: MethodSettings, method: DescMethod): MethodSettings {
    const isIdempotent = method.idempotency !== IDEMPOTENCY_UNKNOWN;
    const { isRetrying, isRetryingIdempotent } = this.#rules;
    if (!isRetrying) return found.attempts === undefined ? found : { ...found, attempts: undefined };
    if (!isRetryingIdempotent || !isIdempotent || found.attempts !== undefined) return found;
    return { ...found, attempts: IDEMPOTENT_RETRIES };
  }
}
