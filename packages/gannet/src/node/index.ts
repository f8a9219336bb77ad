/**
 * What Node gives beside sockets, behind interfaces that core/ declares, so that everything above runs without it: a file
 * for each.
 */
export { brotli, type CompressionLevel, defaultCompressors, deflate, gzip, zstd } from "./compressors.ts";
export { nodeDiagnostics } from "./diagnostics.ts";
