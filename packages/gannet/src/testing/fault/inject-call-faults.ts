import type { DescMethod, DescService } from "@bufbuild/protobuf";
import { type Clock, describeValue, systemClock } from "../../base/index.ts";
import {
  type CallInit,
  type CallObserver,
  type CallWriter,
  checkOptions,
  misuse,
  numberFrom,
  type OptionChecks,
  type Transport,
} from "../../core/index.ts";
import { type CallFault, CountedFault } from "./call-fault.ts";
import { FaultyCall } from "./faulty-call.ts";
import { SeededRandom } from "./seeded-random.ts";

/** How faults are decided on. */
export interface FaultOptions {
  /**
   * What the same faults come from again.
   *
   * @default 1
   */
  readonly seed?: number | undefined;
}

const CHECKS: OptionChecks<FaultOptions> = { seed: numberFrom(Number.NEGATIVE_INFINITY) };

/**
 * A transport in front of another, such as a channel, on which calls go wrong as told. To a call happens the first of
 * the faults that it has coming; those behind that one do not count it. Delays are
 * told by the clock of the transport behind, which is closed with this one.
 *
 * @throws TypeError for a key that is none, or a fault that does nothing; a call throws where a fault names a method that
 *   its service does not have
 */
export function injectCallFaults(
  transport: Transport,
  faults: readonly CallFault[],
  options: FaultOptions = {},
): Transport {
  checkOptions(options, CHECKS, "injectCallFaults");
  if (!Array.isArray(faults)) {
    const what = `injectCallFaults takes an array of faults, not ${describeValue(faults)}`;
    throw misuse(TypeError, "GANNET_INVALID_ARGUMENT", what);
  }
  return new FaultyTransport(transport, faults, options);
}

class FaultyTransport implements Transport {
  readonly clock: Clock | undefined;
  readonly interceptors: Transport["interceptors"];
  readonly ambient: Transport["ambient"];
  readonly #transport: Transport;
  readonly #faults: readonly CountedFault[];
  readonly #random: SeededRandom;
  /** Those that faults were checked against. */
  readonly #services = new Set<DescService>();

  constructor(transport: Transport, faults: readonly CallFault[], { seed = 1 }: FaultOptions) {
    this.clock = transport.clock;
    this.interceptors = transport.interceptors;
    this.ambient = transport.ambient;
    this.#transport = transport;
    this.#faults = faults.map((fault) => new CountedFault(fault));
    this.#random = new SeededRandom(seed);
  }

  start(method: DescMethod, init: CallInit, observer: CallObserver): CallWriter {
    if (!this.#services.has(method.parent)) {
      this.#services.add(method.parent);
      for (const fault of this.#faults) fault.checkMethod(method.parent);
    }
    const found = this.#faults.find((fault) => fault.befalls(method, this.#random));
    if (found === undefined) return this.#transport.start(method, init, observer);
    const { fault } = found;
    const { clock = systemClock } = this;
    const start = (instead: CallObserver) => this.#transport.start(method, init, instead);
    return new FaultyCall({ fault, clock, deadline: init.deadline, observer, start }).begin();
  }

  close(): Promise<void> {
    return this.#transport.close();
  }
}
