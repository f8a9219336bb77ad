/** HTTP/2 error codes (RFC 9113 §7). */
export const Http2Code = {
  NoError: 0x0,
  ProtocolError: 0x1,
  InternalError: 0x2,
  FlowControlError: 0x3,
  SettingsTimeout: 0x4,
  StreamClosed: 0x5,
  FrameSizeError: 0x6,
  RefusedStream: 0x7,
  Cancel: 0x8,
  CompressionError: 0x9,
  ConnectError: 0xa,
  EnhanceYourCalm: 0xb,
  InadequateSecurity: 0xc,
  Http11Required: 0xd,
} as const;
export type Http2Code = (typeof Http2Code)[keyof typeof Http2Code];

// biome-ignore format: a list to scan, not to diff
const NAMES = [
  "NO_ERROR", "PROTOCOL_ERROR", "INTERNAL_ERROR", "FLOW_CONTROL_ERROR", "SETTINGS_TIMEOUT", "STREAM_CLOSED",
  "FRAME_SIZE_ERROR", "REFUSED_STREAM", "CANCEL", "COMPRESSION_ERROR", "CONNECT_ERROR", "ENHANCE_YOUR_CALM",
  "INADEQUATE_SECURITY", "HTTP_1_1_REQUIRED",
] as const;

/** The name of an error code as the RFC has it, such as `REFUSED_STREAM`; unknown codes by number. */
export function http2CodeName(code: number): string {
  return NAMES[code] ?? `error 0x${code.toString(16)}`;
}

/**
 * A violation of HTTP/2 by the peer.
 *
 * Stream 0 means the whole connection is broken: it ends with GOAWAY. Any other
 * stream ends alone, with RST_STREAM.
 */
export class Http2Error extends Error {
  override readonly name = "Http2Error";
  readonly streamId: number;
  readonly http2Code: Http2Code;
  /** What it is counted as. The name never changes. */
  readonly violation: string;

  /** @param violation the name of the code where undefined */
  constructor(streamId: number, http2Code: Http2Code, message: string, violation?: string) {
    super(message);
    this.streamId = streamId;
    this.http2Code = http2Code;
    this.violation = violation ?? http2CodeName(http2Code);
  }
}
