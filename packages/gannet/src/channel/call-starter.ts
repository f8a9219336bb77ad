import type { DescMethod } from "@bufbuild/protobuf";
import { type CallInit, type CallObserver, type CallWriter, controlPlaneError, type GrpcError } from "../core/index.ts";
import type { CallCounts, CallPublisher, PublishedCall } from "../observe/index.ts";
import type { CallRules } from "./call-rules.ts";
import { type CallHost, ChannelCall, metadataText } from "./channel-call.ts";
import { MethodTable } from "./method-table.ts";
import type { CallChoice, CallSelector, SelectedCallInit } from "./resolver/index.ts";
import { RetriedCall, type RetryHost } from "./retry/index.ts";
import type { MethodSettings, ParsedServiceConfig } from "./service-config/index.ts";

/** What a starter of calls needs of its channel. */
export interface StarterHost extends Omit<CallHost, "hold">, Omit<RetryHost, "hold" | "forget"> {
  hold(call: ChannelCall | RetriedCall): void;
  forget(call: ChannelCall | RetriedCall): void;
  readonly counts: CallCounts;
  readonly publisher: CallPublisher;
}

/**
 * Starts calls as the service config, the method and the channel's defaults say. Until it is known what the config says,
 * calls wait.
 */
export class CallStarter {
  readonly #host: StarterHost;
  readonly #rules: CallRules;
  readonly #onMisspelt: (reason: string) => void;
  /** Undefined until it is known. */
  #methods: MethodTable | undefined;
  /** Chooses for each call; undefined where nothing does. */
  #selectCall: CallSelector | undefined;
  /** Calls that wait for that, and what they were started with. */
  readonly #undecided = new Map<RetriedCall, CallInit>();

  /** @param onMisspelt told of names in a service config that are probably meant for others */
  constructor(host: StarterHost, rules: CallRules, onMisspelt: (reason: string) => void) {
    this.#host = host;
    this.#onMisspelt = onMisspelt;
    this.#rules = rules;
  }

  start(method: DescMethod, init: CallInit, observer: CallObserver): CallWriter {
    const settings = this.#methods?.settingsOf(method);
    // Where retries are throttled, all calls count.
    const isPlanned = settings?.attempts !== undefined || this.#methods?.throttle !== undefined;
    if (this.#methods === undefined || this.#selectCall !== undefined || isPlanned) {
      return this.#startRetried(method, init, observer);
    }
    const isPlain = settings === undefined && this.#rules.defaults === undefined;
    const call = new ChannelCall(this.#host, method, isPlain ? init : this.#complete(init, settings), observer);
    this.#host.dispatch(call);
    return call;
  }

  /** From now on it is known how calls are to be made: as `config` says, or without one, and each as `selectCall` does. */
  decide(config: ParsedServiceConfig | undefined, selectCall?: CallSelector): void {
    this.#methods = new MethodTable(config, this.#rules, this.#onMisspelt);
    this.#selectCall = selectCall;
    const calls = [...this.#undecided];
    this.#undecided.clear();
    for (const [call, init] of calls) this.#begin(call, init, this.#methods);
  }

  /** What was known may be so no longer, once the channel is awake again. */
  sleep(): void {
    this.#methods = undefined;
    this.#selectCall = undefined;
    this.#undecided.clear();
  }

  #startRetried(method: DescMethod, init: CallInit, observer: CallObserver): CallWriter {
    const call = new RetriedCall(this.#host, method, init, observer);
    const record = this.#host.publisher.isHeard ? this.#publish(call, init) : undefined;
    call.onOver = (error) => this.#onOver(call, record, error);
    if (this.#methods === undefined) this.#undecided.set(call, init);
    else this.#begin(call, init, this.#methods);
    return call;
  }

  #begin(call: RetriedCall, init: CallInit, methods: MethodTable): void {
    const { throttle } = methods;
    let settings = methods.settingsOf(call.method);
    let complete: SelectedCallInit;
    if (this.#selectCall === undefined) {
      complete = this.#complete(init, settings);
    } else {
      try {
        const choice = this.#select(this.#selectCall, call, init);
        if (choice.methodConfig !== undefined) settings = methods.settingsIn(choice.methodConfig, call.method);
        complete = { ...this.#complete(init, settings), choice };
      } catch (error) {
        call.failWith(controlPlaneError(error, "nothing chooses how the call is made", "INTERNAL"));
        return;
      }
    }
    call.begin({ init: complete, policy: settings?.attempts, throttle });
  }

  #select(selectCall: CallSelector, call: RetriedCall, init: CallInit): CallChoice {
    const choice = selectCall({ path: pathOf(call.method), metadata: (key) => metadataText(init, key) });
    const { onOver } = call;
    if (choice.onCommitted !== undefined) {
      call.onOver = (error) => {
        // The call ends all the same.
        try {
          choice.onCommitted?.();
        } catch {}
        onOver(error);
      };
    }
    return choice;
  }

  #publish(call: RetriedCall, init: CallInit): PublishedCall {
    return this.#host.publisher.start({
      path: pathOf(call.method),
      get peer() {
        return call.peer;
      },
      metadata: () => init.metadata,
    });
  }

  #onOver(call: RetriedCall, record: PublishedCall | undefined, error: GrpcError | undefined): void {
    this.#undecided.delete(call);
    this.#host.counts.end(error?.code);
    if (record !== undefined) this.#host.publisher.end(record, error);
  }

  /** Adds to what a call says of itself what its method and the channel say. */
  #complete(init: CallInit, settings: MethodSettings | undefined): CallInit {
    const { defaults } = this.#rules;
    const after = (timeoutMs: number | undefined) => {
      return timeoutMs === undefined ? undefined : this.#host.clock.now() + timeoutMs;
    };
    return {
      ...init,
      deadline: least(init.deadline ?? after(defaults?.timeoutMs), after(settings?.timeoutMs)),
      waitForReady: init.waitForReady ?? settings?.waitForReady ?? defaults?.waitForReady,
      compress: init.compress ?? defaults?.compress,
      limits: this.#limitsOf(settings),
    };
  }

  #limitsOf(settings: MethodSettings | undefined): CallInit["limits"] {
    if (settings?.maxSendBytes === undefined && settings?.maxReceiveBytes === undefined) return undefined;
    return {
      maxSendBytes: Math.min(settings.maxSendBytes ?? Number.POSITIVE_INFINITY, this.#rules.maxSendBytes),
      maxReceiveBytes: Math.min(settings.maxReceiveBytes ?? Number.POSITIVE_INFINITY, this.#rules.maxReceiveBytes),
    };
  }
}

function pathOf({ parent, name }: DescMethod): string {
  return `/${parent.typeName}/${name}`;
}

/** The less of two, where both are there. */
function least(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Math.min(a, b);
}
