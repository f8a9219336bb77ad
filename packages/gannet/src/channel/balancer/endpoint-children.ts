import { keyOfEndpoint } from "./address-list.ts";
import type { BalancerHost, ConnectivityState, Endpoint, Picker, Subchannel } from "./balancer.ts";
import { ChildBalancer, failPicker, NO_ADDRESSES, QUEUE_PICKER } from "./child-balancer.ts";
import { type PickFirstConfig, pickFirst } from "./pick-first.ts";

const IN_ORDER: PickFirstConfig = { shuffleAddressList: false, isHealthWatched: true };

/** An endpoint that calls may go to: the same object for as long as it is resolved, so that it can be a key. */
export interface ReadyEndpoint {
  /** As it was resolved last. */
  readonly endpoint: Endpoint;
  /** Picks whichever of its addresses is connected. */
  readonly picker: Picker;
}

/** Told of a subchannel of an endpoint, when it is made. */
export type SubchannelListener = (endpoint: ReadyEndpoint, subchannel: Subchannel) => void;

/** An endpoint, and what connects to whichever of its addresses can be reached. */
export class EndpointChild implements ReadyEndpoint {
  readonly key: string;
  readonly #balancer: ChildBalancer;
  #endpoint: Endpoint;
  /** Whether it was connected, once: until then there is nothing to keep up to date. */
  #isStarted = false;
  #isClosed = false;
  /** Fails calls once it has failed: until it is ready, further attempts change nothing about that (gRFC A48). */
  #failing: Picker | undefined;

  constructor(host: BalancerHost, endpoint: Endpoint, onChange: () => void, onSubchannel?: SubchannelListener) {
    this.key = keyOfEndpoint(endpoint);
    this.#endpoint = endpoint;
    this.#balancer = new ChildBalancer(host, {
      onChildChange: () => {
        this.#note();
        onChange();
      },
      ...(onSubchannel && {
        createSubchannel: (address, onStateChange) => {
          const subchannel = host.createSubchannel(address, onStateChange);
          onSubchannel(this, subchannel);
          return subchannel;
        },
      }),
    });
  }

  /** As it was resolved last. */
  get endpoint(): Endpoint {
    return this.#endpoint;
  }

  get state(): ConnectivityState {
    if (!this.#isStarted) return "idle";
    return this.#failing === undefined ? this.#balancer.state : "transientFailure";
  }

  get picker(): Picker {
    return this.#failing ?? this.#balancer.picker;
  }

  /** Connects where it is idle. A picker that is no longer in use may ask for it when it has been closed. */
  connect(): void {
    if (this.#isClosed) return;
    if (!this.#isStarted) {
      this.#start();
      return;
    }
    this.#balancer.exitIdle();
    this.#note();
  }

  update(endpoint: Endpoint): void {
    this.#endpoint = endpoint;
    if (this.#isStarted) this.#start();
  }

  #start(): void {
    this.#isStarted = true;
    this.#balancer.update(pickFirst, { endpoints: [this.#endpoint], config: IN_ORDER, note: undefined });
    this.#note();
  }

  #note(): void {
    const { state, picker } = this.#balancer;
    if (state === "transientFailure") this.#failing = picker;
    else if (state !== "connecting") this.#failing = undefined;
  }

  close(): void {
    this.#isClosed = true;
    this.#balancer.close();
  }
}

/**
 * The endpoints of a policy that spreads calls over all of them, with one `pick_first` each (gRFC A61): what changes and
 * what stays when they are resolved anew, and the state of all together.
 */
export class EndpointChildren {
  readonly #host: BalancerHost;
  readonly #onChange: () => void;
  readonly #onSubchannel: SubchannelListener | undefined;
  #children: ReadonlyMap<string, EndpointChild> = new Map();
  #isUpdating = false;

  /** @param onChange called when an endpoint has another state or picker; not inside `update` and `connect` */
  constructor(host: BalancerHost, onChange: () => void, onSubchannel?: SubchannelListener) {
    this.#host = host;
    this.#onChange = onChange;
    this.#onSubchannel = onSubchannel;
  }

  /** In the order in which they were resolved. */
  get all(): readonly EndpointChild[] {
    return [...this.#children.values()];
  }

  get ready(): readonly EndpointChild[] {
    return this.all.filter(({ state }) => state === "ready");
  }

  /** Keeps the connections of endpoints that stay, and closes those of endpoints that left. New ones are idle. */
  update(endpoints: readonly Endpoint[]): void {
    this.#isUpdating = true;
    const next = new Map<string, EndpointChild>();
    for (const endpoint of endpoints) {
      const key = keyOfEndpoint(endpoint);
      if (next.has(key)) continue;
      const child = this.#children.get(key) ?? this.#add(endpoint);
      next.set(key, child);
      child.update(endpoint);
    }
    for (const [key, child] of this.#children) if (!next.has(key)) child.close();
    this.#children = next;
    this.#isUpdating = false;
  }

  /**
   * Publishes the state of all together, where none is ready: that they connect, or why they cannot.
   *
   * @param note what was resolved, where that was nothing
   */
  publishUnready(note: string | undefined): void {
    const { all } = this;
    if (all.some(({ state }) => state !== "transientFailure")) {
      this.#host.publish("connecting", QUEUE_PICKER);
      return;
    }
    const failing = all.map(({ picker }) => picker);
    const reason = note ?? NO_ADDRESSES;
    // Calls learn in turn why the endpoints cannot be reached.
    let turn = 0;
    const picker: Picker = { pick: (call) => failing[turn++ % failing.length]?.pick(call) ?? { kind: "fail", reason } };
    this.#host.publish("transientFailure", failing.length === 0 ? failPicker(reason) : picker);
  }

  /** Connects all that are idle. */
  connectAll(): void {
    const wasUpdating = this.#isUpdating;
    this.#isUpdating = true;
    for (const child of this.#children.values()) child.connect();
    this.#isUpdating = wasUpdating;
  }

  close(): void {
    for (const child of this.#children.values()) child.close();
    this.#children = new Map();
  }

  #add(endpoint: Endpoint): EndpointChild {
    const onChange = () => {
      if (!this.#isUpdating && this.#children.get(child.key) === child) this.#onChange();
    };
    const child: EndpointChild = new EndpointChild(this.#host, endpoint, onChange, this.#onSubchannel);
    return child;
  }
}
