/** The cases that every implementation's client has. */
export const BASIC_CASES = [
  "empty_unary",
  "large_unary",
  "client_streaming",
  "server_streaming",
  "ping_pong",
  "empty_stream",
  "timeout_on_sleeping_server",
  "cancel_after_begin",
  "cancel_after_first_response",
  "status_code_and_message",
  "special_status_message",
  "custom_metadata",
  "unimplemented_method",
  "unimplemented_service",
] as const;

/** Many large calls, on one channel and on a channel each. */
export const SOAK_CASES = ["rpc_soak", "channel_soak"] as const;

/** That one server answers all calls. It has to fill in its id. */
export const SERVER_ID_CASES = ["pick_first_unary"] as const;

/** That messages are compressed one by one. Client and server have to know of each other's messages how they came. */
export const COMPRESSION_CASES = [
  "client_compressed_unary",
  "client_compressed_streaming",
  "server_compressed_unary",
  "server_compressed_streaming",
] as const;

/** That load is reported, with a call and apart from calls. */
export const ORCA_CASES = ["orca_per_rpc", "orca_oob"] as const;

/** One of the cases of doc/interop-test-descriptions.md of grpc/grpc that are here. */
export type CaseName = (
  | typeof BASIC_CASES
  | typeof SOAK_CASES
  | typeof SERVER_ID_CASES
  | typeof COMPRESSION_CASES
  | typeof ORCA_CASES
)[number];

/** All of them, by the names that `--test_case` takes. */
export const CASE_NAMES: readonly CaseName[] = [
  ...BASIC_CASES,
  ...SOAK_CASES,
  ...SERVER_ID_CASES,
  ...COMPRESSION_CASES,
  ...ORCA_CASES,
];
