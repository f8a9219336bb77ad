/** What tests of programs that use this package need, and its own. */
export { VirtualClock } from "./virtual-clock.ts";
