/** What has nothing to do with gRPC: bytes, timers, queues. Imports nothing. */
export { readLatin1 } from "./latin1.ts";
