import { setImmediate as nextRound } from "node:timers/promises";
import {
  type ConnectionLimits,
  type ConnectionObserver,
  type HeaderList,
  HeaderTemplate,
  Http2Code,
  Http2Connection,
  type Http2Stream,
  type StreamReset,
  type StreamSink,
} from "../../http2/index.ts";
import { type ConnectedPipe, createMemoryPipes } from "../../net/index.ts";
import { frames } from "../../testing/index.ts";
import type { Connector } from "../subchannel/index.ts";

const HEADER_FIELDS: readonly [string, string][] = [
  [":status", "200"],
  ["content-type", "application/grpc"],
];
const TRAILER_FIELDS: readonly [string, string][] = [["grpc-status", "0"]];
/** RFC 9113 §6.5.2. */
const MAX_CONCURRENT_STREAMS = 3;
const EMPTY_MESSAGE = new Uint8Array(5);

/** A call as it came to a scripted server, which a test answers by hand. */
export class ScriptedCall implements StreamSink {
  readonly stream: Http2Stream;
  readonly #http2: Http2Connection;
  header: HeaderList | undefined;
  receivedBytes = 0;
  /** Whether it was answered to its end, or reset. */
  isOver = false;
  readonly #received: Buffer[] = [];
  isHalfClosed = false;
  reset: StreamReset | undefined;

  #hasHeader = false;
  readonly #onHalfClose: () => void;

  constructor(http2: Http2Connection, stream: Http2Stream, onHalfClose: () => void) {
    this.#onHalfClose = onHalfClose;
    this.#http2 = http2;
    this.stream = stream;
  }

  onHeaders(list: HeaderList, endStream: boolean): void {
    this.header = list;
    this.isHalfClosed = endStream;
    if (endStream) this.#onHalfClose();
  }

  onData(bytes: Uint8Array, start: number, end: number, endStream: boolean): void {
    this.receivedBytes += end - start;
    this.#received.push(Buffer.from(bytes.subarray(start, end)));
    this.isHalfClosed = endStream;
    if (endStream) this.#onHalfClose();
  }

  onReset(reset: StreamReset): void {
    this.reset = reset;
    this.isOver = true;
    this.#http2.releaseStream(this.stream);
  }

  onWritable(): void {}

  /** The requests as they are on the wire, each behind its prefix. */
  get received(): Buffer {
    return Buffer.concat(this.#received);
  }

  /** Answers with an empty message and OK. */
  reply(): void {
    this.#http2.sendHeaders(this.stream, new HeaderTemplate(HEADER_FIELDS), false);
    this.#http2.sendOwned(this.stream, EMPTY_MESSAGE, false);
    this.#http2.sendHeaders(this.stream, new HeaderTemplate(TRAILER_FIELDS), true);
    this.isOver = true;
    this.#http2.releaseStream(this.stream);
  }

  /** Ends the call with a status. */
  fail(status: number, message = "", ...fields: readonly (readonly [string, string])[]): void {
    const head: [string, string][] = this.#hasHeader ? [] : [...HEADER_FIELDS];
    const block: [string, string][] = [...head, ["grpc-status", String(status)], ["grpc-message", message]];
    this.#http2.sendHeaders(
      this.stream,
      new HeaderTemplate([...block, ...fields.map(([key, value]): [string, string] => [key, value])]),
      true,
    );
    this.isOver = true;
    this.#http2.releaseStream(this.stream);
  }

  get path(): string {
    return this.header?.get(":path") ?? "";
  }

  /** Sends a message of these bytes, and the header before the first. */
  send(bytes: Uint8Array): void {
    if (!this.#hasHeader) this.sendHeader();
    const envelope = Buffer.alloc(EMPTY_MESSAGE.length + bytes.length);
    envelope.writeUInt32BE(bytes.length, 1);
    envelope.set(bytes, EMPTY_MESSAGE.length);
    this.#http2.sendOwned(this.stream, envelope, false);
  }

  sendHeader(): void {
    this.#hasHeader = true;
    this.#http2.sendHeaders(this.stream, new HeaderTemplate(HEADER_FIELDS), false);
  }

  /** Says that the call was not looked at. */
  refuse(): void {
    this.#http2.reset(this.stream, Http2Code.RefusedStream);
    this.isOver = true;
    this.#http2.releaseStream(this.stream);
  }
}

/** A connection to a scripted server. */
export class ScriptedConnection implements ConnectionObserver {
  readonly http2: Http2Connection;
  readonly calls: ScriptedCall[] = [];
  closeReason: string | undefined;
  /** Nothing that is sent arrives any more, and nobody is told. */
  isLost = false;
  /** How often something did not arrive. */
  lostChunks = 0;
  /** Told of each call when its requests are over. */
  onCall: (call: ScriptedCall) => void = () => {};
  readonly #pipe: ConnectedPipe;

  constructor(pipe: ConnectedPipe, limits: ConnectionLimits) {
    this.#pipe = pipe;
    this.http2 = new Http2Connection({ role: "server", pipe, observer: this, limits });
    pipe.attach({
      receive: (chunk) => this.#receive(chunk),
      flush: () => this.http2.flush(),
      onDrain: () => this.http2.onDrain(),
      onPipeEnd: (reason) => this.http2.onPipeEnd(reason),
    });
  }

  onStream(stream: Http2Stream): StreamSink {
    const call: ScriptedCall = new ScriptedCall(this.http2, stream, () => this.onCall(call));
    this.calls.push(call);
    return call;
  }

  /** Says that streams above `lastStreamId` are not looked at. */
  goaway(lastStreamId: number): void {
    this.http2.goaway(Http2Code.NoError, "", lastStreamId);
  }

  /** Says the same as a frame of its own, whatever was said before. */
  sayGoaway(lastStreamId: number): void {
    this.#pipe.writeOwned(frames.goaway(lastStreamId, Http2Code.NoError));
  }

  /** Says that so many streams may be open from now on: no more than it said first. */
  setMaxStreams(streams: number): void {
    this.#pipe.writeOwned(frames.settings([MAX_CONCURRENT_STREAMS, streams]));
  }

  #receive(chunk: Uint8Array): void {
    if (this.isLost) this.lostChunks++;
    else this.http2.receive(chunk);
  }

  /** The network is gone. */
  cut(): void {
    this.#pipe.destroy();
  }

  onRoom(): void {}
  onGoaway(): void {}
  onPingAck(): void {}
  onClose(reason: string): void {
    this.closeReason = reason;
  }
  onViolation(): void {}
}

/** A server that does what a test says, over pipes in memory. */
export class ScriptedServer {
  readonly connections: ScriptedConnection[] = [];
  /** What each attempt was for, in order. */
  readonly attempts: string[] = [];
  limits: ConnectionLimits = {};
  /** Addresses that refuse connections. */
  readonly down: Set<string> = new Set();
  /** Takes connections and says nothing. */
  isSilent = false;

  readonly connect: Connector = async (address) => {
    this.attempts.push(address);
    if (this.down.has(address)) throw new Error(`connect ECONNREFUSED ${address}`);
    const [client, server] = createMemoryPipes();
    if (!this.isSilent) this.connections.push(new ScriptedConnection(server, this.limits));
    return client;
  };

  /** All calls of all connections, in the order of the connections. */
  get calls(): readonly ScriptedCall[] {
    return this.connections.flatMap(({ calls }) => calls);
  }
}

/** Lets what is on its way between the two ends arrive. */
export async function settle(): Promise<void> {
  for (let round = 0; round < 6; round++) await nextRound();
}
