/**
 * The words of gRPC: codes, errors, metadata, deadlines, and the seam between those who make calls and those who carry
 * them. Start with transport.ts.
 */
export type { AmbientCalls, ChildCall, ParentCall } from "./ambient-calls.ts";
export type { AnyIterable } from "./any-iterable.ts";
export {
  type CallCredentials,
  type CallCredentialsOptions,
  type CredentialsRequest,
  type CredentialsSource,
  callCredentials,
  checkCallCredentials,
} from "./call-credentials.ts";
export { CallHooks, complete } from "./call-hooks.ts";
export type { CallOptions } from "./call-options.ts";
export { checkNumber, checkOptionKeys, countEdits, nearestName } from "./check-options.ts";
export { checkService } from "./check-service.ts";
export { CODE_NAMES, type Code, codeFromNumber, codeToNumber, type ErrorCode } from "./code.ts";
export type { Compressor } from "./compressor.ts";
export { controlPlaneError } from "./control-plane-error.ts";
export { copyMetadata } from "./copy-metadata.ts";
export type {
  DeadlineScheduler,
  DeadlineTarget,
  Instant,
  ScheduledDeadline,
} from "./deadline.ts";
export type { Diagnostics, DiagnosticsChannel, WarningEmitter } from "./diagnostics.ts";
export { dropRejection } from "./drop-rejection.ts";
export type { EventListener, GrpcEvent } from "./event.ts";
export {
  detail,
  type ErrorDetail,
  forwardableError,
  GrpcError,
  type GrpcErrorOptions,
  isDetail,
  isLocal,
  markLocal,
  receivedError,
} from "./grpc-error.ts";
export type {
  CallOutcome,
  CallUnderInterception,
  ClientInterceptor,
  InterceptedCall,
  InterceptedClientCall,
  InterceptedServerCall,
  Interceptor,
  MessageHook,
  ServerInterceptor,
} from "./interceptor.ts";
export { MESSAGE_OPTION_CHECKS, type MessageOptions } from "./message-options.ts";
export { Metadata, type MetadataInit, type MetadataInput, type MetadataValue } from "./metadata.ts";
export { type MisuseCode, misuse } from "./misuse.ts";
export {
  callback,
  checkOptions,
  clockOption,
  countFrom,
  fieldText,
  flag,
  interceptorList,
  listOf,
  numberFrom,
  numbersWithin,
  type OptionCheck,
  type OptionChecks,
  objectWith,
  oneOf,
  optionsOf,
  text,
} from "./option-checks.ts";
export type { Peer, PeerIdentity } from "./peer.ts";
export { type Interceptable, runInterceptors } from "./run-interceptors.ts";
export type { ServerCall } from "./server-call.ts";
export type { Signal } from "./signal.ts";
export { textOfThrown, thrownFields } from "./thrown-text.ts";
export type { TlsFacts, TlsSession } from "./tls-facts.ts";
export type { CallEnd, CallInit, CallObserver, CallWriter, ReceivedMetadata, Transport } from "./transport.ts";
export { unsendableRequest } from "./unsendable-request.ts";
export { untilAborted } from "./until-aborted.ts";
