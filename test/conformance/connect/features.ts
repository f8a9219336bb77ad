import { availableCompressions } from "./compressions.ts";
import { Compression, CompressionSchema } from "./connectrpc/conformance/v1/config_pb.ts";

/** How many cases the suite has for our client and our server with identity and gzip, and for each further compression. */
const CASES = { client: { base: 634, perCompression: 211 }, server: { base: 566, perCompression: 177 } } as const;

/** How many cases the suite has for the features below. Fewer mean that something was left out. */
export function expectedCases(mode: "client" | "server"): number {
  const { base, perCompression } = CASES[mode];
  const further = availableCompressions().filter((one) => one !== Compression.GZIP).length;
  return base + further * perCompression;
}

/** What the suite is told that gannet can, as its `Config` message in YAML. */
export function describeFeatures(): string {
  const compressions = [Compression.IDENTITY, ...availableCompressions()].map(
    (one) => CompressionSchema.value[one]?.name ?? one,
  );
  return `features:
  versions: [HTTP_VERSION_2]
  protocols: [PROTOCOL_GRPC]
  codecs: [CODEC_PROTO]
  compressions: [${compressions.join(", ")}]
  supports_h2c: true
  supports_tls: true
  supports_tls_client_certs: true
  supports_message_receive_limit: true
`;
}
