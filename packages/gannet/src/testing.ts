/** For tests of programs that use gannet: a server and its clients in one process, time and a network of the test's own. */
export {
  type CallFault,
  createCertificate,
  createInMemoryChannel,
  type Direction,
  type FaultOptions,
  FaultyNetwork,
  injectCallFaults,
  type NetworkFaults,
  type TestCertificate,
  VirtualClock,
} from "./testing/index.ts";
