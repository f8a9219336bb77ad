import { type Compressor, defaultCompressors } from "gannet";
import { Compression } from "./connectrpc/conformance/v1/config_pb.ts";

/** What `grpc-encoding` calls the suite's compressions. It knows snappy too, which gannet leaves to its users. */
const NAMES = new Map<Compression, string>([
  [Compression.GZIP, "gzip"],
  [Compression.DEFLATE, "deflate"],
  [Compression.BR, "br"],
  [Compression.ZSTD, "zstd"],
]);

/** The compressions that gannet has without being given any. On a Node without zstd it is not among them. */
export function availableCompressions(): Compression[] {
  const names = defaultCompressors().map(({ name }) => name);
  return [...NAMES].filter(([, name]) => names.includes(name)).map(([compression]) => compression);
}

/**
 * What the suite means by a compression; undefined for none.
 *
 * @throws Error for one that gannet does not have
 */
export function compressorOf(compression: Compression): Compressor | undefined {
  if (compression === Compression.UNSPECIFIED || compression === Compression.IDENTITY) return undefined;
  const compressor = defaultCompressors().find(({ name }) => name === NAMES.get(compression));
  if (compressor === undefined) throw new Error(`gannet does not have the suite's compression ${compression}`);
  return compressor;
}
