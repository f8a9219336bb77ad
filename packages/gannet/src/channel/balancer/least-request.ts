import type { BalancerPolicy, Pick, PickArguments, Picker } from "./balancer.ts";
import type { ReadyEndpoint } from "./endpoint-children.ts";
import { SpreadingBalancer } from "./spreading-balancer.ts";
import { type CallWatcher, WatchedPicker } from "./watched-picker.ts";

/** What `least_request` is configured with (gRFC A48). */
export interface LeastRequestConfig {
  /** How many endpoints are drawn for a call, from 2 to 10. 2 by default. */
  readonly choiceCount: number;
}

const MAX_CHOICES = 10;

/** Draws some ready endpoints for each call, and sends it to the one with the fewest calls under way (gRFC A48). */
export const leastRequest: BalancerPolicy<LeastRequestConfig> = {
  name: "least_request",
  parseConfig: (config) => ({ choiceCount: Math.min(config.integer("choiceCount", 2, 2, 0xffff_ffff), MAX_CHOICES) }),
  create(host) {
    // Calls that are under way count on when other endpoints become ready.
    const loads = new WeakMap<ReadyEndpoint, EndpointLoad>();
    return new SpreadingBalancer(host, (ready, { choiceCount }) => {
      const candidates = ready.map((child) => {
        const load = loads.get(child) ?? new EndpointLoad();
        loads.set(child, load);
        return { load, picker: new WatchedPicker(child.picker, load) };
      });
      return new LeastRequestPicker(candidates, choiceCount, () => host.random());
    });
  },
};

/** Counts the calls to an endpoint that are under way. */
class EndpointLoad implements CallWatcher {
  calls = 0;

  onCallStart(): void {
    this.calls++;
  }

  onCallEnd(): void {
    this.calls--;
  }
}

interface Candidate {
  readonly load: EndpointLoad;
  readonly picker: Picker;
}

class LeastRequestPicker implements Picker {
  readonly #candidates: readonly Candidate[];
  readonly #choices: number;
  readonly #random: () => number;

  constructor(candidates: readonly Candidate[], choices: number, random: () => number) {
    this.#candidates = candidates;
    this.#choices = choices;
    this.#random = random;
  }

  pick(call: PickArguments): Pick {
    let best = this.#draw();
    for (let drawn = 1; drawn < this.#choices; drawn++) {
      const other = this.#draw();
      if (other !== undefined && best !== undefined && other.load.calls < best.load.calls) best = other;
    }
    return best?.picker.pick(call) ?? { kind: "queue" };
  }

  #draw(): Candidate | undefined {
    return this.#candidates[Math.floor(this.#random() * this.#candidates.length)];
  }
}
