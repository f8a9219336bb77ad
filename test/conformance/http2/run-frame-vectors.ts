import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { fetchDebianSource } from "../../interop/program/debian.ts";
import { type Frame, frame, reader } from "./internals.ts";
import type { Tally } from "./tally.ts";

const SOURCE = "haskell-http2";
const FOLDER = "test-frame/http2-frame-test-case";
const FRAMES = 34;

type Fields = Readonly<Record<string, unknown>>;

interface Vector {
  readonly wire: string;
  /** Codes of RFC 9113 §7: the frame is to be refused with one of them. */
  readonly error: readonly number[] | null;
  readonly frame: { readonly stream_identifier: number; readonly frame_payload: Fields } | null;
}

/** What a frame said, in the vectors' own words, and the same frame written again, where we write such. */
interface Said {
  readonly streamId: number;
  readonly fields: Fields;
  readonly write?: ((out: Uint8Array) => number) | undefined;
}

/** Reads frames as bytes, good and bad ones, and writes the good ones again. */
export async function runFrameVectors(): Promise<Tally> {
  const root = join(await fetchDebianSource(SOURCE, [FOLDER]), FOLDER);
  let run = 0;
  let passed = 0;
  for (const type of readdirSync(root)) {
    for (const file of readdirSync(join(root, type)).filter((name) => name.endsWith(".json"))) {
      const problem = findProblem(JSON.parse(readFileSync(join(root, type, file), "utf8")) as Vector);
      run++;
      if (problem === undefined) passed++;
      else console.log(`  FAIL  ${type}/${file}: ${problem}`);
    }
  }
  console.log(`  frames: ${FRAMES} expected, ${run} run`);
  const failed = Math.max(FRAMES, run) - passed;
  console.log(`frames: ${passed} passed, ${failed} failed`);
  return { passed, failed };
}

function findProblem({ wire, error, frame: expected }: Vector): string | undefined {
  const bytes = Buffer.from(wire, "hex");
  let said: Said | undefined;
  let code: number | undefined;
  try {
    said = readFrame(bytes);
  } catch (thrown) {
    code = (thrown as { readonly http2Code?: number }).http2Code;
    if (code === undefined) return String(thrown);
  }
  if (error !== null) {
    return code !== undefined && error.includes(code) ? undefined : `not refused with ${error}, but ${code}`;
  }
  if (said === undefined || expected === null) return `nothing was said, but refused with ${code}`;
  if (said.streamId !== expected.stream_identifier) return `it is on stream ${said.streamId}`;
  for (const [name, value] of Object.entries(said.fields)) {
    const due = expected.frame_payload[name];
    if (!isDeepStrictEqual(value, due)) return `${name} is ${JSON.stringify(value)}, not ${JSON.stringify(due)}`;
  }
  // We never pad.
  if (said.write === undefined || typeof expected.frame_payload["padding"] === "string") return undefined;
  const out = Buffer.alloc(bytes.length + 1);
  const written = out.subarray(0, said.write(out));
  return written.equals(bytes) ? undefined : `written again it is ${written.toString("hex")}`;
}

/** As a connection does, which looks at the length of a frame before anything else. */
function readFrame(wire: Buffer): Said | undefined {
  const said: Said[] = [];
  const sink = recordingSink(wire, said);
  new reader.FrameReader(
    {
      isReading: true,
      onFrame: (bytes, start, length, type, flags, streamId) =>
        frame.parseFrame(bytes, start, length, type, flags, streamId, sink),
    },
    frame.DEFAULT_FRAME_BYTES,
  ).read(wire, 0);
  return said[0];
}

function recordingSink(wire: Buffer, said: Said[]): Frame.FrameSink {
  const settings: [number, number][] = [];
  const text = (bytes: Uint8Array, start = 0, end = bytes.length): string =>
    Buffer.from(bytes.slice(start, end)).toString("latin1");
  /** A body that stands behind the header which was written. */
  const withBody = (
    bytes: Uint8Array,
    start: number,
    end: number,
    write: (out: Uint8Array, length: number) => number,
  ) => {
    return (out: Uint8Array): number => {
      const at = write(out, end - start);
      out.set(bytes.subarray(start, end), at);
      return at + end - start;
    };
  };
  const say = (streamId: number, fields: Fields, write?: Said["write"]): void => {
    said.push({ streamId, fields, write });
  };
  return {
    onData: (streamId, bytes, start, end, _, endStream) =>
      say(
        streamId,
        { data: text(bytes, start, end) },
        withBody(bytes, start, end, (out, length) => frame.writeDataHeader(out, 0, length, streamId, endStream)),
      ),
    onHeaders: (streamId, bytes, start, end, endStream, endHeaders) =>
      say(
        streamId,
        { header_block_fragment: text(bytes, start, end) },
        withBody(bytes, start, end, (out, length) =>
          frame.writeHeadersHeader(out, 0, length, streamId, endStream, endHeaders),
        ),
      ),
    onContinuation: (streamId, bytes, start, end, endHeaders) =>
      say(
        streamId,
        { header_block_fragment: text(bytes, start, end) },
        withBody(bytes, start, end, (out, length) =>
          frame.writeContinuationHeader(out, 0, length, streamId, endHeaders),
        ),
      ),
    onPriority: (streamId, dependency) => say(streamId, { stream_dependency: dependency }),
    onRstStream: (streamId, code) =>
      say(streamId, { error_code: code }, (out) => frame.writeRstStream(out, 0, streamId, code)),
    onSetting: (id, value) => settings.push([id, value]),
    onSettingsEnd: () => say(0, { settings }, (out) => frame.writeSettings(out, 0, settings)),
    onSettingsAck: () => say(0, {}, (out) => frame.writeSettingsAck(out, 0)),
    onPushPromise: (streamId, promisedId) => say(streamId, { promised_stream_id: promisedId }),
    onPing: (payload) => say(0, { opaque_data: text(payload) }, (out) => frame.writePing(out, 0, payload, false)),
    onPingAck: (payload) => say(0, { opaque_data: text(payload) }, (out) => frame.writePing(out, 0, payload, true)),
    onGoaway: (lastStreamId, code, bytes, start, end) =>
      say(
        0,
        { last_stream_id: lastStreamId, error_code: code, additional_debug_data: text(bytes, start, end) },
        (out) => frame.writeGoaway(out, 0, lastStreamId, code, bytes.subarray(start, end)),
      ),
    onWindowUpdate: (streamId, increment) =>
      say(streamId, { window_size_increment: increment }, (out) =>
        frame.writeWindowUpdate(out, 0, streamId, increment),
      ),
    onUnknown: (type) => say(0, { unknown: type, wire: wire.toString("hex") }),
  };
}
