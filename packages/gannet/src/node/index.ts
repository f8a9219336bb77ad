/**
 * What Node gives beside sockets, behind interfaces that core/ declares, so that everything above runs without it: a file
 * for each.
 */
export { ambientCalls, currentCall } from "./ambient-calls.ts";
export { brotli, type CompressionLevel, defaultCompressors, deflate, gzip, zstd } from "./compressors.ts";
export { nodeDiagnostics } from "./diagnostics.ts";
export { emitWarning } from "./emit-warning.ts";
export { expectManyListeners } from "./expect-many-listeners.ts";
export { hostName } from "./host-name.ts";
export { type ShutdownSignal, type ShutsDown, type SignalOptions, shutdownOnSignals } from "./shutdown-on-signals.ts";
