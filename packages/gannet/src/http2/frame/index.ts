/** Frames as bytes (RFC 9113 §4, §6): their headers, flags and settings. Start with frame.ts. */
export {
  DEFAULT_FRAME_BYTES,
  DEFAULT_WINDOW_BYTES,
  FRAME_HEADER_BYTES,
  FrameFlag,
  FrameType,
  MAX_WINDOW_BYTES,
  readUint32,
  writeFrameHeader,
  writeUint32,
} from "./frame.ts";
export { parseSettings, Setting, writeSettings } from "./settings.ts";
