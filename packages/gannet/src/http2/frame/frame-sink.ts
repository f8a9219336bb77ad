/**
 * Takes frames that are well-formed, so that reading one allocates nothing. Bytes are valid during the call only, and go
 * from `start` to `end`. A stream's number is never 0 where a frame belongs to a stream.
 */
export interface FrameSink {
  /** @param flowBytes what the frame takes of the windows: padding counts too (RFC 9113 §6.9.1) */
  onData(streamId: number, bytes: Uint8Array, start: number, end: number, flowBytes: number, endStream: boolean): void;
  /** @param endHeaders false where the header block goes on in CONTINUATION */
  onHeaders(
    streamId: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    endStream: boolean,
    endHeaders: boolean,
  ): void;
  onPriority(streamId: number, dependency: number): void;
  onRstStream(streamId: number, http2Code: number): void;
  /** A setting of a SETTINGS frame, in order; `onSettingsEnd` follows the last. */
  onSetting(id: number, value: number): void;
  onSettingsEnd(): void;
  onSettingsAck(): void;
  onPushPromise(streamId: number, promisedId: number): void;
  /** @param payload the eight bytes, a view */
  onPing(payload: Uint8Array): void;
  onPingAck(payload: Uint8Array): void;
  onGoaway(lastStreamId: number, http2Code: number, bytes: Uint8Array, start: number, end: number): void;
  /** @param streamId 0 for the window of the connection */
  onWindowUpdate(streamId: number, increment: number): void;
  onContinuation(streamId: number, bytes: Uint8Array, start: number, end: number, endHeaders: boolean): void;
  /** A type that we do not know: to be passed over (§5.5). */
  onUnknown(type: number): void;
}
