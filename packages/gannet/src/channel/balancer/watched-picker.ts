import type { Pick, PickArguments, PickedCallEnd, Picker } from "./balancer.ts";

/** Who is told of calls to an endpoint. */
export interface CallWatcher {
  /** A call is about to go there. Each start is followed by one end. */
  onCallStart(): void;
  onCallEnd(end: PickedCallEnd): void;
}

/** A picker whose calls are watched. */
export class WatchedPicker implements Picker {
  readonly #picker: Picker;
  readonly #watcher: CallWatcher;
  /** The pick that came last, and what was made of it: a picker mostly gives the same. */
  #inner: Pick | undefined;
  #watched: Pick | undefined;

  constructor(picker: Picker, watcher: CallWatcher) {
    this.#picker = picker;
    this.#watcher = watcher;
  }

  pick(call: PickArguments): Pick {
    const inner = this.#picker.pick(call);
    if (inner.kind !== "subchannel") return inner;
    const watcher = this.#watcher;
    watcher.onCallStart();
    if (inner !== this.#inner || this.#watched === undefined) {
      this.#inner = inner;
      const onCallEnd = (end: PickedCallEnd) => {
        watcher.onCallEnd(end);
        inner.onCallEnd?.(end);
      };
      this.#watched = { kind: "subchannel", subchannel: inner.subchannel, onCallEnd };
    }
    return this.#watched;
  }
}
