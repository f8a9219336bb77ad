import type { CallEnd } from "../../core/index.ts";
import { LOAD_METRICS_KEY } from "../../protocol/index.ts";
import { type LoadReport, type PickedCallEnd, readLoadReport } from "../balancer/index.ts";

/** How a call ended, for its balancer. The load is read when it is asked for. */
export class FinishedCall implements PickedCallEnd {
  readonly ok: boolean;
  readonly #end: CallEnd;
  #load: LoadReport | undefined;
  #isRead = false;

  constructor(end: CallEnd) {
    this.ok = end.error === undefined;
    this.#end = end;
  }

  get load(): LoadReport | undefined {
    if (!this.#isRead) {
      this.#isRead = true;
      const bytes = this.#end.trailer?.metadata().get(LOAD_METRICS_KEY);
      this.#load = bytes && readLoadReport(bytes);
    }
    return this.#load;
  }
}
