/** What goes wrong because a test says so: with calls, and with the connections that carry them. Read faulty-network.ts first. */
export type { CallFault } from "./call-fault.ts";
export { FaultyNetwork, type NetworkOptions } from "./faulty-network.ts";
export { type FaultOptions, injectCallFaults } from "./inject-call-faults.ts";
export type { Direction, NetworkFaults } from "./network-faults.ts";
