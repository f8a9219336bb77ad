import { check, type FuzzTarget } from "../fuzz-target.ts";
import { runtime } from "../runtime.ts";
import { frame, SESSION_FRAMES } from "../wire-pieces.ts";

const MAX_FRAME_BYTES = 1_024;

/** The first byte says in pieces of how many bytes the rest comes; 0 for all at once. */
export const target: FuzzTarget = {
  summary: "the frames of HTTP/2, in pieces: --executions N [--seed S]",
  folders: ["http2/frame", "http2/connection"],
  pieces: SESSION_FRAMES,
  seeds: () =>
    SESSION_FRAMES.map((bytes, index) =>
      Buffer.concat([Buffer.from([index % 3]), bytes, frame(1, 0x2d, 7, Buffer.alloc(9))]),
    ),
  async prepare() {
    const { FrameReader } = await runtime.frameReading();
    const { parseFrame } = await runtime.frame();
    const { Http2Error } = await runtime.http2Errors();
    const read = (bytes: Uint8Array, pieceBytes: number): string[] => {
      const seen: string[] = [];
      const note = (what: string, ...values: readonly unknown[]) => seen.push(`${what} ${values.join(" ")}`);
      const part = (all: Uint8Array, start: number, end: number) => {
        check(start >= 0 && start <= end && end <= all.length, `${start} to ${end} of ${all.length} bytes`);
        return Buffer.from(all.subarray(start, end)).toString("hex");
      };
      const sink = {
        onData: (id: number, all: Uint8Array, start: number, end: number, flow: number, isEnd: boolean) => {
          check(flow >= end - start, "DATA takes less of the window than it has");
          note("DATA", id, part(all, start, end), flow, isEnd);
        },
        onHeaders: (id: number, all: Uint8Array, start: number, end: number, isEnd: boolean, isWhole: boolean) =>
          note("HEADERS", id, part(all, start, end), isEnd, isWhole),
        onPriority: (id: number, dependency: number) => note("PRIORITY", id, dependency),
        onRstStream: (id: number, code: number) => note("RST_STREAM", id, code),
        onSetting: (id: number, value: number) => note("setting", id, value),
        onSettingsEnd: () => note("SETTINGS"),
        onSettingsAck: () => note("SETTINGS ACK"),
        onPushPromise: (id: number, promised: number) => note("PUSH_PROMISE", id, promised),
        onPing: (payload: Uint8Array) => note("PING", part(payload, 0, 8)),
        onPingAck: (payload: Uint8Array) => note("PING ACK", part(payload, 0, 8)),
        onGoaway: (id: number, code: number, all: Uint8Array, start: number, end: number) =>
          note("GOAWAY", id, code, part(all, start, end)),
        onWindowUpdate: (id: number, increment: number) => note("WINDOW_UPDATE", id, increment),
        onContinuation: (id: number, all: Uint8Array, start: number, end: number, isWhole: boolean) =>
          note("CONTINUATION", id, part(all, start, end), isWhole),
        onUnknown: (type: number) => note("unknown", type),
      };
      const reader = new FrameReader(
        {
          isReading: true,
          onFrame: (all, start, length, type, flags, id) => parseFrame(all, start, length, type, flags, id, sink),
        },
        MAX_FRAME_BYTES,
      );
      try {
        for (let at = 0; at < bytes.length; at += pieceBytes) reader.read(bytes.subarray(at, at + pieceBytes), 0);
      } catch (error) {
        if (!(error instanceof Http2Error)) throw error;
        seen.push(`${error.streamId} ${error.http2Code} ${error.message}`);
      }
      return seen;
    };
    return (input) => {
      const bytes = input.subarray(1);
      const whole = read(bytes, Math.max(1, bytes.length));
      const inPieces = read(bytes, input[0] || 1);
      check(
        whole.join() === inPieces.join(),
        `in pieces it reads otherwise:\n${whole.join("\n")}\nand\n${inPieces.join("\n")}`,
      );
    };
  },
};
