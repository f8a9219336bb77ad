import type { Pick, PickArguments, PickedCallEnd, Picker } from "./balancer.ts";
import { ExtendedPick } from "./extended-pick.ts";

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
  readonly #watched: ExtendedPick;

  constructor(picker: Picker, watcher: CallWatcher) {
    this.#picker = picker;
    this.#watcher = watcher;
    this.#watched = new ExtendedPick((end) => watcher.onCallEnd(end));
  }

  pick(call: PickArguments): Pick {
    const inner = this.#picker.pick(call);
    if (inner.kind !== "subchannel") return inner;
    this.#watcher.onCallStart();
    return this.#watched.of(inner);
  }
}
