/** The basic cases of doc/interop-test-descriptions.md of grpc/grpc, by the names that `--test_case` takes. */
export const CASE_NAMES = [
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

/** One of the basic cases. */
export type CaseName = (typeof CASE_NAMES)[number];
