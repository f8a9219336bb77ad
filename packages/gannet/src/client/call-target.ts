import type { DescMethod } from "@bufbuild/protobuf";
import type { AmbientCalls, Transport } from "../core/index.ts";
import type { SharedSignals } from "./shared-signals.ts";

/** What all calls of one method of a client have in common. */
export interface CallTarget {
  readonly method: DescMethod;
  readonly transport: Transport;
  readonly signals: SharedSignals;
  readonly ambient: AmbientCalls | undefined;
}
