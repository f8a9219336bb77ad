import { Http2Code, Http2Error } from "../http2-error.ts";
import { DEFAULT_FRAME_BYTES, MAX_FRAME_BYTES, MAX_WINDOW_BYTES, readUint32, writeUint32 } from "./frame.ts";

/** Settings by number (RFC 9113 §6.5.2). */
export const Setting = {
  HeaderTableSize: 0x1,
  EnablePush: 0x2,
  MaxConcurrentStreams: 0x3,
  InitialWindowSize: 0x4,
  MaxFrameSize: 0x5,
  MaxHeaderListSize: 0x6,
} as const;

const SETTING_BYTES = 6;
/** No peer has reason to send more in one frame. */
const MAX_SETTINGS_IN_FRAME = 32;

/**
 * Reads a SETTINGS payload and passes each setting to `sink`, in order.
 *
 * @throws Http2Error for a value that the setting cannot have
 */
export function parseSettings(
  bytes: Uint8Array,
  start: number,
  length: number,
  sink: (id: number, value: number) => void,
): void {
  if (length % SETTING_BYTES !== 0) {
    throw new Http2Error(
      0,
      Http2Code.FrameSizeError,
      `SETTINGS has ${length} bytes, which is no multiple of ${SETTING_BYTES}`,
    );
  }
  if (length / SETTING_BYTES > MAX_SETTINGS_IN_FRAME) {
    throw new Http2Error(0, Http2Code.EnhanceYourCalm, `SETTINGS has more than ${MAX_SETTINGS_IN_FRAME} settings`);
  }
  for (let at = start; at < start + length; at += SETTING_BYTES) {
    const id = (bytes[at]! << 8) | bytes[at + 1]!;
    const value = readUint32(bytes, at + 2);
    checkSetting(id, value);
    sink(id, value);
  }
}

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

/** Writes a SETTINGS payload at `offset` and returns the offset after it. */
export function writeSettings(
  out: Uint8Array,
  offset: number,
  settings: readonly (readonly [id: number, value: number])[],
): number {
  let at = offset;
  for (const [id, value] of settings) {
    out[at++] = id >>> 8;
    out[at++] = id;
    at = writeUint32(out, at, value);
  }
  return at;
}
