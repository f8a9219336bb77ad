import { DEFAULT_FRAME_BYTES, DEFAULT_WINDOW_BYTES } from "../frame/index.ts";

/** What the peer has said of itself by SETTINGS, and what holds until it does (RFC 9113 §6.5.2). */
export class PeerSettings {
  /** What we may send on a new stream. */
  initialWindowBytes: number = DEFAULT_WINDOW_BYTES;
  maxFrameBytes: number = DEFAULT_FRAME_BYTES;
  /** Streams that we may have open. */
  maxStreams: number = Number.POSITIVE_INFINITY;
  /** The largest header that it takes. */
  maxHeaderListBytes: number = Number.POSITIVE_INFINITY;
}
