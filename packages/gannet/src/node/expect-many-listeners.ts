import { setMaxListeners } from "node:events";
import type { Signal } from "../core/index.ts";

/** Lets any number listen to a signal: Node warns of more than ten, on the console. */
export function expectManyListeners(signal: Signal): void {
  setMaxListeners(0, signal as AbortSignal);
}
