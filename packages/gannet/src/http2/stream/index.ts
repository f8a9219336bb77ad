/** One stream: its state and windows, and what waits to be sent. Start with stream-state.ts. */
export { type HeaderSource, Http2Stream, type Pending, type StreamReset, type StreamSink } from "./http2-stream.ts";
export { ReadyQueue } from "./ready-queue.ts";
export { afterReceivingEnd, afterSendingEnd, mayReceive, maySend, StreamState } from "./stream-state.ts";
