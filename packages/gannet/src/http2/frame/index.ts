/**
 * Frames as bytes (RFC 9113 §4, §6): one file for each type, with what reads and checks its payload and what writes it.
 * What a frame means where it comes is not known here. Start with frame.ts, then data.ts; parse-frame.ts leads to all.
 */
export { writeContinuationHeader } from "./continuation.ts";
export { writeDataHeader } from "./data.ts";
export {
  DEFAULT_FRAME_BYTES,
  DEFAULT_WINDOW_BYTES,
  FRAME_HEADER_BYTES,
  FrameFlag,
  FrameType,
  MAX_STREAM_ID,
  MAX_WINDOW_BYTES,
  readUint32,
  writeFrameHeader,
  writeUint32,
} from "./frame.ts";
export type { FrameSink } from "./frame-sink.ts";
export { goawayBytes, writeGoaway } from "./goaway.ts";
export { writeHeadersHeader } from "./headers.ts";
export { parseFrame } from "./parse-frame.ts";
export { PING_BYTES, writePing } from "./ping.ts";
export { writeRstStream } from "./rst-stream.ts";
export { SETTING_BYTES, Setting, writeSettings, writeSettingsAck } from "./settings.ts";
export { writeWindowUpdate } from "./window-update.ts";
