import type { Balancer, BalancerHost, Picker, Resolution } from "./balancer.ts";
import { NO_ADDRESSES } from "./child-balancer.ts";
import { EndpointChildren, type ReadyEndpoint, type SubchannelListener } from "./endpoint-children.ts";

/**
 * Keeps a connection to every endpoint, under whichever of its addresses can be reached, and has a picker choose among those
 * that are ready and fit for calls (gRFCs A17, A61). While there are none, calls wait, or fail with the reasons.
 */
export class SpreadingBalancer<Config> implements Balancer<Config> {
  readonly #host: BalancerHost;
  readonly #createPicker: (ready: readonly ReadyEndpoint[], config: Config) => Picker;
  readonly #children: EndpointChildren;
  #latest: Resolution<Config> | undefined;

  /**
   * @param createPicker makes the picker for endpoints, one at least; called whenever one of them has changed
   * @param onSubchannel told of the subchannels of an endpoint as they are made, one for each address that is tried
   */
  constructor(
    host: BalancerHost,
    createPicker: (ready: readonly ReadyEndpoint[], config: Config) => Picker,
    onSubchannel?: SubchannelListener,
  ) {
    this.#host = host;
    this.#createPicker = createPicker;
    this.#children = new EndpointChildren(host, () => this.#onChange(), onSubchannel);
  }

  update(resolution: Resolution<Config>): string | undefined {
    this.#latest = resolution;
    this.#children.update(resolution.endpoints);
    this.#onChange();
    return resolution.endpoints.length === 0 ? (resolution.note ?? NO_ADDRESSES) : undefined;
  }

  exitIdle(): void {
    this.#children.connectAll();
  }

  close(): void {
    this.#children.close();
  }

  #onChange(): void {
    if (this.#latest === undefined) return;
    this.#children.connectAll();
    const { ready } = this.#children;
    if (ready.length === 0) this.#children.publishUnready(this.#latest.note);
    else this.#host.publish("ready", this.#createPicker(ready, this.#latest.config));
  }
}
