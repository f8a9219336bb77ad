/** Messages that are bytes, and descriptors of methods that have such. Start with raw-service.ts. */
export { RAW_CODEC } from "./raw-codec.ts";
export { type MethodKind, type RawMethod, type RawService, rawMethodOf, rawService } from "./raw-service.ts";
export { isRawMessage, type RawMessage, type ReceivedMessage, type SentMessage } from "./raw-type.ts";
