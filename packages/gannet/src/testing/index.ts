/** What tests of programs that use this package need, and its own. */
export { createCertificate, type TestCertificate, type TestCertificateOptions } from "./create-certificate.ts";
export {
  type CallFault,
  type Direction,
  type FaultOptions,
  FaultyNetwork,
  injectCallFaults,
  type NetworkFaults,
  type NetworkOptions,
} from "./fault/index.ts";
export {
  type Frames,
  type FrameTypeName,
  frames,
  type HeaderFields,
  Http2Code,
  Http2Peer,
  type PeerFrame,
  PeerFrameReader,
  ScriptedServer,
} from "./http2/index.ts";
export { createInMemoryChannel } from "./in-memory-channel.ts";
export { VirtualClock } from "./virtual-clock.ts";
