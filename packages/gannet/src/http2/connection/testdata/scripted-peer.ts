import { frames, type PeerFrame, PeerFrameReader } from "../../../testing/index.ts";
import { type HeaderList, HeaderTemplate } from "../../hpack/index.ts";
import type { Http2Stream, StreamReset, StreamSink } from "../../stream/index.ts";
import type { ConnectionLimits } from "../connection-limits.ts";
import type { ConnectionObserver } from "../connection-options.ts";
import { Http2Connection } from "../http2-connection.ts";
import { RecordingPipe } from "./recording-pipe.ts";

/** Writes down what happens on a stream, and may be given more to do. */
export class RecordingSink implements StreamSink {
  readonly events: string[];
  readonly headers: HeaderList[] = [];
  readonly received: Buffer[] = [];
  readonly resets: StreamReset[] = [];
  stream: Http2Stream | undefined;
  onEach: ((event: "headers" | "data" | "writable", endStream: boolean) => void) | undefined;

  constructor(events: string[] = []) {
    this.events = events;
  }

  onHeaders(list: HeaderList, endStream: boolean): void {
    this.headers.push(list);
    this.#note(`headers${endStream ? " end" : ""}`);
    this.onEach?.("headers", endStream);
  }

  onData(bytes: Uint8Array, start: number, end: number, endStream: boolean): void {
    this.received.push(Buffer.from(bytes.slice(start, end)));
    this.#note(`data [${end - start}]${endStream ? " end" : ""}`);
    this.onEach?.("data", endStream);
  }

  onReset(reset: StreamReset): void {
    this.resets.push(reset);
    this.#note(`reset ${reset.http2Code} ${reset.origin}`);
  }

  onWritable(): void {
    this.#note("writable");
    this.onEach?.("writable", false);
  }

  #note(event: string): void {
    this.events.push(`${this.stream?.id ?? "?"}: ${event}`);
  }
}

/** A connection whose other end is the test: it says frames, and looks at those that come back. */
export class ScriptedPeer implements ConnectionObserver {
  readonly pipe: RecordingPipe = new RecordingPipe();
  readonly connection: Http2Connection;
  /** What the layer above was told, in order. */
  readonly events: string[] = [];
  readonly sinks: Map<number, RecordingSink> = new Map();
  readonly violations: string[] = [];
  rooms = 0;
  now = 0;
  /** What the connection waits for. */
  readonly timers: Set<{ readonly instant: number; readonly target: { onDeadline(): void } }> = new Set();
  /** Called with each stream that is opened from here. */
  onOpen: ((stream: Http2Stream, sink: RecordingSink) => void) | undefined;
  readonly #role: "client" | "server";

  /** @param role which end the connection is; the test is the other one */
  constructor(role: "client" | "server", limits: ConnectionLimits = {}) {
    this.#role = role;
    const now = (): number => this.now;
    const timers = {
      schedule: (instant: number, target: { onDeadline(): void }) => {
        const timer = { instant, target };
        this.timers.add(timer);
        return { cancel: () => void this.timers.delete(timer) };
      },
    };
    this.connection = new Http2Connection({ role, pipe: this.pipe, observer: this, limits, now, timers });
  }

  /** Says hello and passes over what the connection says in its turn. */
  greet(...pairs: readonly (readonly [id: number, value: number])[]): this {
    this.say(...(this.#role === "server" ? [frames.PREFACE] : []), frames.settings(...pairs), frames.settingsAck);
    this.seen();
    return this;
  }

  /** Lets time pass, by steps of 100 ms. */
  wait(ms: number): void {
    const end = this.now + ms;
    while (this.now < end) {
      this.now = Math.min(end, this.now + 100);
      for (const timer of [...this.timers]) {
        if (timer.instant > this.now) continue;
        this.timers.delete(timer);
        timer.target.onDeadline();
      }
    }
  }

  /** Sends bytes, all at once. */
  say(...chunks: readonly Uint8Array[]): void {
    this.connection.receive(Buffer.concat(chunks));
  }

  /** The frames that came since. */
  frames(): PeerFrame[] {
    this.connection.flush();
    const bytes = this.pipe.take();
    const isPreface = Buffer.compare(frames.PREFACE, bytes.subarray(0, frames.PREFACE.length)) === 0;
    const reader = new PeerFrameReader();
    const seen = reader.read(isPreface ? bytes.subarray(frames.PREFACE.length) : bytes);
    if (reader.openBytes > 0) throw new Error("the bytes end inside a frame");
    return seen;
  }

  /** The same in words. */
  seen(): string[] {
    return this.frames().map(({ text }) => text);
  }

  /** Opens a stream from the connection's side, with a header. */
  open(endStream = false): { readonly stream: Http2Stream; readonly sink: RecordingSink } {
    const sink = new RecordingSink(this.events);
    const stream = this.connection.createStream(sink);
    sink.stream = stream;
    this.connection.sendHeaders(stream, new HeaderTemplate([[":method", "POST"]]), endStream);
    return { stream, sink };
  }

  sink(streamId: number): RecordingSink {
    const sink = this.sinks.get(streamId);
    if (sink === undefined) throw new Error(`stream ${streamId} was not opened`);
    return sink;
  }

  stream(streamId: number): Http2Stream {
    const { stream } = this.sink(streamId);
    if (stream === undefined) throw new Error(`stream ${streamId} was not opened`);
    return stream;
  }

  onStream(stream: Http2Stream): StreamSink {
    const sink = new RecordingSink(this.events);
    sink.stream = stream;
    this.sinks.set(stream.id, sink);
    this.onOpen?.(stream, sink);
    return sink;
  }

  onRoom(): void {
    this.rooms++;
  }

  onGoaway(lastStreamId: number, http2Code: number, debug: string): void {
    this.events.push(`goaway ${lastStreamId} ${http2Code}${debug === "" ? "" : ` ${debug}`}`);
  }

  onPingAck(payload: Uint8Array): void {
    this.events.push(`ping ack ${Buffer.from(payload).toString("latin1")}`);
  }

  onClose(reason: string): void {
    this.events.push(`close: ${reason}`);
  }

  onViolation(name: string, message: string): void {
    this.violations.push(`${name}: ${message}`);
  }
}
