import { Http2Code, Http2Error } from "../http2-error.ts";
import {
  DEFAULT_FRAME_BYTES,
  FrameFlag,
  FrameType,
  failLength,
  failStreamId,
  MAX_FRAME_BYTES,
  MAX_WINDOW_BYTES,
  readUint32,
  writeFrameHeader,
  writeUint32,
} from "./frame.ts";
import type { FrameSink } from "./frame-sink.ts";

/** Settings by number (RFC 9113 §6.5.2). */
export const Setting = {
  HeaderTableSize: 0x1,
  EnablePush: 0x2,
  MaxConcurrentStreams: 0x3,
  InitialWindowSize: 0x4,
  MaxFrameSize: 0x5,
  MaxHeaderListSize: 0x6,
} as const;

export const SETTING_BYTES = 6;
/** No peer has reason to send more in one frame: there are six, and some that others have thought of. */
const MAX_SETTINGS_IN_FRAME = 32;

/**
 * Reads a SETTINGS payload (RFC 9113 §6.5), or an acknowledgement of ours, which has none.
 *
 * @throws Http2Error where it is on a stream, or for a length or a value that it cannot have
 */
export function parseSettings(
  bytes: Uint8Array,
  start: number,
  length: number,
  flags: number,
  streamId: number,
  sink: FrameSink,
): void {
  if (streamId !== 0) failStreamId("SETTINGS", streamId);
  if ((flags & FrameFlag.Ack) !== 0) {
    if (length !== 0) throw new Http2Error(0, Http2Code.FrameSizeError, "an acknowledgement of SETTINGS has a payload");
    sink.onSettingsAck();
    return;
  }
  if (length % SETTING_BYTES !== 0) failLength("SETTINGS", length, `which is no multiple of ${SETTING_BYTES}`);
  if (length / SETTING_BYTES > MAX_SETTINGS_IN_FRAME) {
    const message = `SETTINGS has more than ${MAX_SETTINGS_IN_FRAME} settings`;
    throw new Http2Error(0, Http2Code.EnhanceYourCalm, message, "settings-too-many");
  }
  for (let at = start; at < start + length; at += SETTING_BYTES) {
    const id = (bytes[at]! << 8) | bytes[at + 1]!;
    const value = readUint32(bytes, at + 2);
    checkSetting(id, value);
    sink.onSetting(id, value);
  }
  sink.onSettingsEnd();
}

/** The values that a setting can have (§6.5.2). One that is not known may have any, and is ignored. */
function checkSetting(id: number, value: number): void {
  if (id === Setting.EnablePush && value > 1) {
    throw new Http2Error(0, Http2Code.ProtocolError, `SETTINGS_ENABLE_PUSH is ${value}, neither 0 nor 1`);
  }
  if (id === Setting.InitialWindowSize && value > MAX_WINDOW_BYTES) {
    throw new Http2Error(
      0,
      Http2Code.FlowControlError,
      `SETTINGS_INITIAL_WINDOW_SIZE is ${value}, more than ${MAX_WINDOW_BYTES}`,
    );
  }
  if (id === Setting.MaxFrameSize && (value < DEFAULT_FRAME_BYTES || value > MAX_FRAME_BYTES)) {
    throw new Http2Error(0, Http2Code.ProtocolError, `SETTINGS_MAX_FRAME_SIZE is ${value}, out of its range`);
  }
}

/** Writes a SETTINGS frame at `offset` and returns the offset after it. */
export function writeSettings(
  out: Uint8Array,
  offset: number,
  settings: readonly (readonly [id: number, value: number])[],
): number {
  let at = writeFrameHeader(out, offset, settings.length * SETTING_BYTES, FrameType.Settings, 0, 0);
  for (const [id, value] of settings) {
    out[at++] = id >>> 8;
    out[at++] = id;
    at = writeUint32(out, at, value);
  }
  return at;
}

/** Writes an acknowledgement of the peer's SETTINGS (§6.5.3) at `offset` and returns the offset after it. */
export function writeSettingsAck(out: Uint8Array, offset: number): number {
  return writeFrameHeader(out, offset, 0, FrameType.Settings, FrameFlag.Ack, 0);
}
