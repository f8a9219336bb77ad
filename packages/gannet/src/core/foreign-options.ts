/**
 * What options of `@grpc/grpc-js` are called here. A name counts where an owner of options has what stands before the first
 * point.
 */
const NAMES: Readonly<Record<string, string>> = {
  "grpc.max_receive_message_length": "maxReceiveBytes",
  "grpc.max_send_message_length": "maxSendBytes",
  "grpc.max_metadata_size": "maxMetadataBytes",
  "grpc.absolute_max_metadata_size": "maxMetadataBytes",
  "grpc.default_compression_algorithm": "compress",
  "grpc.keepalive_time_ms": "keepalive.intervalMs",
  "grpc.keepalive_timeout_ms": "keepalive.timeoutMs",
  "grpc.keepalive_permit_without_calls": "keepalive.permitWithoutCalls",
  "grpc.http2.min_ping_interval_without_data_ms": "keepalive.minClientIntervalMs",
  "grpc.max_connection_idle_ms": "maxConnectionIdleMs",
  "grpc.max_connection_age_ms": "maxConnectionAgeMs",
  "grpc.max_connection_age_grace_ms": "maxConnectionAgeGraceMs",
  "grpc.max_concurrent_streams": "http2.maxConcurrentStreams",
  "grpc-node.flow_control_window": "http2.streamWindowBytes",
  "grpc.initial_reconnect_backoff_ms": "backoff.initialMs",
  "grpc.max_reconnect_backoff_ms": "backoff.maxMs",
  "grpc.min_reconnect_backoff_ms": "minConnectTimeoutMs",
  "grpc.service_config": "serviceConfig",
  "grpc.client_idle_timeout_ms": "idleTimeoutMs",
  "grpc.default_authority": "authority",
  "grpc.enable_http_proxy": "proxy",
  "grpc.http_proxy": "proxy",
  "grpc.primary_user_agent": "userAgent",
  "grpc.secondary_user_agent": "userAgent",
  "grpc.ssl_target_name_override": "credentials: tls({ serverName })",
  deadline: "timeoutMs",
  propagate_flags: "parent",
};

/** Where the others are told of. */
const PAGE = "docs/from-grpc-js.md has what options of grpc-js are called here";

/** What to say of a key that is an option of grpc-js; undefined where it is none. */
export function foreignOptionHint(key: string, known: ReadonlySet<string>): string | undefined {
  const here = Object.hasOwn(NAMES, key) ? NAMES[key] : undefined;
  if (here !== undefined && known.has(/^\w+/.exec(here)?.[0] ?? "")) return `gannet calls it ${here}`;
  return /^grpc(?:-node)?\./.test(key) ? PAGE : undefined;
}
