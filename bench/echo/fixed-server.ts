/**
 * A server that is never the limit of a client: it answers whatever is called with the message that came. `fixed-server RATE`
 * reports with each call that it does so many in a second with half of its processor.
 */
import type { Socket } from "node:net";
import {
  DATA,
  END_HEADERS,
  END_STREAM,
  FRAME_HEADER_BYTES,
  HEADER_BLOCK,
  HEADERS,
  TRAILER_BLOCK,
  writeFrame,
} from "../raw/frames.ts";
import { RawConnection } from "../raw/raw-connection.ts";
import { serveRaw } from "../raw/serve-raw.ts";

class EchoConnection extends RawConnection {
  readonly #bodies = new Map<number, Buffer>();

  constructor(socket: Socket) {
    super(socket, "server");
  }

  protected override onFrame(
    type: number,
    flags: number,
    streamId: number,
    bytes: Buffer,
    start: number,
    end: number,
  ): void {
    if (type !== DATA) return;
    const payload = bytes.subarray(start, end);
    const before = this.#bodies.get(streamId);
    const body = before === undefined ? payload : Buffer.concat([before, payload]);
    if ((flags & END_STREAM) === 0) {
      this.#bodies.set(streamId, Buffer.from(body));
      return;
    }
    if (before !== undefined) this.#bodies.delete(streamId);
    this.write(reply(streamId, body));
  }
}

const rate = process.argv[2];
const trailer = rate === undefined ? TRAILER_BLOCK : Buffer.concat([TRAILER_BLOCK, reportField(Number(rate))]);

/** A literal field with an `OrcaLoadReport`: `cpu_utilization` and `rps_fractional` (RFC 7541 §6.2.2). */
function reportField(callsPerSecond: number): Buffer {
  const name = Buffer.from("endpoint-load-metrics-bin");
  const report = Buffer.alloc(18);
  report[0] = 0x09;
  report.writeDoubleLE(0.5, 1);
  report[9] = 0x31;
  report.writeDoubleLE(callsPerSecond, 10);
  const value = Buffer.from(report.toString("base64").replace(/=+$/, ""));
  return Buffer.concat([Buffer.from([0x00, name.length]), name, Buffer.from([value.length]), value]);
}

/** Header, message and trailer of a call. */
function reply(streamId: number, body: Buffer): Buffer {
  const bytes = Buffer.allocUnsafe(3 * FRAME_HEADER_BYTES + HEADER_BLOCK.length + body.length + trailer.length);
  let offset = writeFrame(bytes, 0, HEADERS, END_HEADERS, streamId, HEADER_BLOCK);
  offset = writeFrame(bytes, offset, DATA, 0, streamId, body);
  writeFrame(bytes, offset, HEADERS, END_HEADERS | END_STREAM, streamId, trailer);
  return bytes;
}

serveRaw((socket) => new EchoConnection(socket));
