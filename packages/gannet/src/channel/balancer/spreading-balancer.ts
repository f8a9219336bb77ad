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
  /** What the picker was made of that is in use; undefined where none is ready. */
  #published: { readonly config: Config; readonly ready: readonly ReadyEndpoint[] } | undefined;

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
    const { config, note } = this.#latest;
    if (ready.length === 0) {
      this.#published = undefined;
      this.#children.publishUnready(note);
      return;
    }
    // Calls go on in their order while others only try to connect.
    const seen = ready.map(({ endpoint, picker }) => ({ endpoint, picker }));
    const before = this.#published;
    if (before !== undefined && before.config === config && isSame(before.ready, seen)) return;
    this.#published = { config, ready: seen };
    this.#host.publish("ready", this.#createPicker(ready, config));
  }
}

function isSame(before: readonly ReadyEndpoint[], after: readonly ReadyEndpoint[]): boolean {
  return (
    before.length === after.length &&
    before.every(({ endpoint, picker }, index) => endpoint === after[index]?.endpoint && picker === after[index].picker)
  );
}
