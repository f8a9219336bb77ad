/**
 * What Node gives beside sockets, behind interfaces that core/ declares, so that everything above runs without it. Start
 * with compressors.ts.
 */
export { brotli, type CompressionLevel, defaultCompressors, deflate, gzip, zstd } from "./compressors.ts";
