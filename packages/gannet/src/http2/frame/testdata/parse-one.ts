import { FRAME_HEADER_BYTES, readUint32 } from "../frame.ts";
import type { FrameSink } from "../frame-sink.ts";
import { parseFrame } from "../parse-frame.ts";

/** What a frame said: the name of the sink's method without `on`, and its arguments, bytes as text. */
export type Said = readonly [what: string, ...args: readonly (string | number | boolean)[]];

/**
 * Reads a payload as a connection does, where other frames stand around it, and tells what the sink was told.
 *
 * @param payload a byte a character where it is text
 */
export function parsePayload(type: number, flags: number, streamId: number, payload: Uint8Array | string): Said[] {
  const body = typeof payload === "string" ? Buffer.from(payload, "latin1") : payload;
  const bytes = Buffer.concat([Buffer.alloc(5, 0xaa), body, Buffer.alloc(9, 0xbb)]);
  const said: Said[] = [];
  parseFrame(bytes, 5, body.length, type, flags, streamId, recordingSink(said));
  return said;
}

/** The same of a whole frame, its header included. */
export function parseWhole(frame: Uint8Array): Said[] {
  const length = readUint32(frame, 0) >>> 8;
  const [type = 0, flags = 0] = frame.subarray(3, 5);
  const payload = frame.subarray(FRAME_HEADER_BYTES);
  if (payload.length !== length) throw new Error(`the header says ${length} bytes, and there are ${payload.length}`);
  return parsePayload(type, flags, readUint32(frame, 5), payload);
}

/** What a writer has written, which has to be as much as it says. */
export function written(write: (out: Uint8Array, offset: number) => number): Uint8Array {
  const out = new Uint8Array(64);
  const end = write(out, 3);
  if (out.subarray(0, 3).some((byte) => byte !== 0)) throw new Error("something was written before the offset");
  if (out.subarray(end).some((byte) => byte !== 0)) throw new Error("something was written behind the end");
  return out.slice(3, end);
}

function recordingSink(said: Said[]): FrameSink {
  const text = (bytes: Uint8Array, start = 0, end = bytes.length): string =>
    Buffer.from(bytes.slice(start, end)).toString("latin1");
  return {
    onData: (id, bytes, start, end, flowBytes, endStream) =>
      said.push(["Data", id, text(bytes, start, end), flowBytes, endStream]),
    onHeaders: (id, bytes, start, end, endStream, endHeaders) =>
      said.push(["Headers", id, text(bytes, start, end), endStream, endHeaders]),
    onPriority: (id, dependency) => said.push(["Priority", id, dependency]),
    onRstStream: (id, code) => said.push(["RstStream", id, code]),
    onSetting: (id, value) => said.push(["Setting", id, value]),
    onSettingsEnd: () => said.push(["SettingsEnd"]),
    onSettingsAck: () => said.push(["SettingsAck"]),
    onPushPromise: (id, promisedId) => said.push(["PushPromise", id, promisedId]),
    onPing: (payload) => said.push(["Ping", text(payload)]),
    onPingAck: (payload) => said.push(["PingAck", text(payload)]),
    onGoaway: (lastStreamId, code, bytes, start, end) =>
      said.push(["Goaway", lastStreamId, code, text(bytes, start, end)]),
    onWindowUpdate: (id, increment) => said.push(["WindowUpdate", id, increment]),
    onContinuation: (id, bytes, start, end, endHeaders) =>
      said.push(["Continuation", id, text(bytes, start, end), endHeaders]),
    onUnknown: (type) => said.push(["Unknown", type]),
  };
}
