/** How many cases the suite has for the features below, by what it tests. Fewer mean that something was left out. */
export const EXPECTED_CASES = { client: 336, server: 301 } as const;

/** What the suite is told that gannet can, as its `Config` message in YAML. */
export const FEATURES = `features:
  versions: [HTTP_VERSION_2]
  protocols: [PROTOCOL_GRPC]
  codecs: [CODEC_PROTO]
  compressions: [COMPRESSION_IDENTITY]
  supports_h2c: true
  supports_tls: true
  supports_tls_client_certs: true
  supports_message_receive_limit: true
`;
