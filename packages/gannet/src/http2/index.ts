/**
 * HTTP/2 (RFC 9113) as bytes in, events and bytes out. No sockets, no timers of its own, no gRPC. Start with
 * connection/http2-connection.ts.
 */
export {
  BufferBudget,
  type BytePipe,
  type ConnectionLimits,
  type ConnectionObserver,
  Http2Connection,
  LIMIT_RANGES,
  SegmentPool,
  withHeaderRoom,
} from "./connection/index.ts";
export { FRAME_HEADER_BYTES, FrameFlag, FrameType, readUint32, writeFrameHeader, writeUint32 } from "./frame/index.ts";
export { type HeaderField, type HeaderList, HeaderTemplate, HpackDecoder, HpackEncoder } from "./hpack/index.ts";
export { Http2Code, http2CodeName } from "./http2-error.ts";
export type { HeaderSource, Http2Stream, StreamReset, StreamSink } from "./stream/index.ts";
