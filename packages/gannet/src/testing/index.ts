/** What tests of programs that use this package need, and its own. */
export { createCertificate, type TestCertificate } from "./create-certificate.ts";
export { createInMemoryChannel } from "./in-memory-channel.ts";
export { VirtualClock } from "./virtual-clock.ts";
