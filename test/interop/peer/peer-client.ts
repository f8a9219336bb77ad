import type { MessageInitShape } from "@bufbuild/protobuf";
import type { RequestSchema } from "./peer_pb.ts";

/** A request as any client takes it. */
export type PeerRequest = Omit<MessageInitShape<typeof RequestSchema>, "$typeName" | "$unknown">;

/** A reply as any client gives it. */
export interface PeerReply {
  readonly text: string;
  readonly payload: Uint8Array;
  readonly receivedBytes: number;
  readonly timeRemainingMs: number;
}

/** Keys and values in their order. */
export type MetadataEntries = readonly (readonly [key: string, value: string | Uint8Array])[];

/** What a call is made with. */
export interface PeerCallOptions {
  readonly metadata?: MetadataEntries | undefined;
  readonly timeoutMs?: number | undefined;
}

/** How a call ended. */
export interface Outcome {
  /** Such as `OK`, or `UNAVAILABLE`. */
  readonly code: string;
  /** The status message. */
  readonly reason: string;
  readonly replies: readonly PeerReply[];
  readonly header: MetadataEntries;
  readonly trailer: MetadataEntries;
}

/** A call that is under way. */
export interface PeerCall {
  /** Settles when the server's header is there, or the call has ended without. */
  readonly header: Promise<MetadataEntries>;
  /** Never rejects. */
  readonly outcome: Promise<Outcome>;
  /** The next reply; undefined when there are no more, however the call ended. */
  next(): Promise<PeerReply | undefined>;
  cancel(): void;
}

/** A client of peer.proto, whatever it is made with. */
export interface PeerClient {
  unary(request: PeerRequest, options?: PeerCallOptions): PeerCall;
  serverStream(request: PeerRequest, options?: PeerCallOptions): PeerCall;
  clientStream(requests: AsyncIterable<PeerRequest>, options?: PeerCallOptions): PeerCall;
  bidi(requests: AsyncIterable<PeerRequest>, options?: PeerCallOptions): PeerCall;
  ended(call: string): Promise<string>;
  missing(): PeerCall;
  absent(): PeerCall;
  close(): Promise<void>;
}
