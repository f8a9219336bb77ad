import type { Pick, PickedCallEnd, Subchannel } from "./balancer.ts";

/** A pick of a subchannel. */
export type SubchannelPick = Extract<Pick, { readonly kind: "subchannel" }>;

/**
 * The picks of another picker with something more to do when their calls are over. The last one is kept: for one endpoint
 * a picker mostly gives the same, and then nothing is made for a call.
 */
export class ExtendedPick {
  readonly #onCallEnd: (end: PickedCallEnd) => void;
  #inner: SubchannelPick | undefined;
  #extended: SubchannelPick | undefined;

  constructor(onCallEnd: (end: PickedCallEnd) => void) {
    this.#onCallEnd = onCallEnd;
  }

  /** @param subchannel what is picked in place of that of `inner`; the same one for each `inner` */
  of(inner: SubchannelPick, subchannel: Subchannel = inner.subchannel): SubchannelPick {
    if (inner === this.#inner && this.#extended !== undefined) return this.#extended;
    const before = this.#onCallEnd;
    const onCallEnd = (end: PickedCallEnd) => {
      before(end);
      inner.onCallEnd?.(end);
    };
    this.#inner = inner;
    this.#extended = { kind: "subchannel", subchannel, onCallEnd };
    return this.#extended;
  }
}
