import type { BalancerPolicy, Pick, PickArguments, Picker } from "./balancer.ts";
import { SpreadingBalancer } from "./spreading-balancer.ts";

/** Sends calls to one ready endpoint after the other. */
export const roundRobin: BalancerPolicy<undefined> = {
  name: "round_robin",
  parseConfig: () => undefined,
  create: (host) =>
    new SpreadingBalancer(host, (ready) => {
      const pickers = ready.map(({ picker }) => picker);
      return new RoundRobinPicker(pickers, host.random());
    }),
};

/** Asks one picker after the other. */
export class RoundRobinPicker implements Picker {
  readonly #pickers: readonly Picker[];
  #next: number;

  /** @param random from 0 up to 1: clients that start together are not to begin with the same server */
  constructor(pickers: readonly Picker[], random: number) {
    this.#pickers = pickers;
    this.#next = Math.floor(random * pickers.length);
  }

  pick(call: PickArguments): Pick {
    const picker = this.#pickers[this.#next];
    this.#next = (this.#next + 1) % this.#pickers.length;
    return picker?.pick(call) ?? { kind: "queue" };
  }
}
