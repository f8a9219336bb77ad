import { availableCompressions } from "./compressions.ts";
import { Compression, CompressionSchema } from "./connectrpc/conformance/v1/config_pb.ts";

/**
 * How many cases the suite has for our client and our server with identity and gzip, and for each further compression.
 * Of the first, 174 and 180 are with grpc-go in place of the suite's own server and client.
 */
const CASES = { client: { base: 1040, perCompression: 414 }, server: { base: 872, perCompression: 330 } } as const;

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
  codecs: [CODEC_PROTO, CODEC_JSON]
  compressions: [${compressions.join(", ")}]
  supports_h2c: true
  supports_tls: true
  supports_tls_client_certs: true
  supports_message_receive_limit: true
`;
}
