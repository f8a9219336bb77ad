import { parseContinuation } from "./continuation.ts";
import { parseData } from "./data.ts";
import { FrameType } from "./frame.ts";
import type { FrameSink } from "./frame-sink.ts";
import { parseGoaway } from "./goaway.ts";
import { parseHeaders } from "./headers.ts";
import { parsePing } from "./ping.ts";
import { parsePriority } from "./priority.ts";
import { parsePushPromise } from "./push-promise.ts";
import { parseRstStream } from "./rst-stream.ts";
import { parseSettings } from "./settings.ts";
import { parseWindowUpdate } from "./window-update.ts";

/**
 * Reads the payload of a frame, `length` bytes from `start`, and passes what it says to `sink`.
 *
 * @throws Http2Error for what no frame of that type may be, and what the sink throws
 */
export function parseFrame(
  bytes: Uint8Array,
  start: number,
  length: number,
  type: number,
  flags: number,
  streamId: number,
  sink: FrameSink,
): void {
  switch (type) {
    case FrameType.Data:
      parseData(bytes, start, length, flags, streamId, sink);
      break;
    case FrameType.Headers:
      parseHeaders(bytes, start, length, flags, streamId, sink);
      break;
    case FrameType.Priority:
      parsePriority(bytes, start, length, streamId, sink);
      break;
    case FrameType.RstStream:
      parseRstStream(bytes, start, length, streamId, sink);
      break;
    case FrameType.Settings:
      parseSettings(bytes, start, length, flags, streamId, sink);
      break;
    case FrameType.PushPromise:
      parsePushPromise(bytes, start, length, flags, streamId, sink);
      break;
    case FrameType.Ping:
      parsePing(bytes, start, length, flags, streamId, sink);
      break;
    case FrameType.Goaway:
      parseGoaway(bytes, start, length, streamId, sink);
      break;
    case FrameType.WindowUpdate:
      parseWindowUpdate(bytes, start, length, streamId, sink);
      break;
    case FrameType.Continuation:
      parseContinuation(bytes, start, length, flags, streamId, sink);
      break;
    default:
      sink.onUnknown(type);
  }
}
