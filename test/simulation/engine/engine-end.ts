import {
  type ConnectionLimits,
  type HeaderSource,
  type HeaderTemplate,
  type Http2Code,
  type Http2Connection,
  type Http2Stream,
  http2Layer,
  type StreamSink,
} from "../internals.ts";
import type { SeededChoice } from "../seeded-choice.ts";
import type { SimulatedLoop } from "../simulated-loop.ts";
import type { SimulatedPipe } from "../simulated-pipe.ts";
import type { End, EndObserver, EndSink, EndStream, Fields } from "./end.ts";

/** The engine, as an end. How it is asked to send, the seed decides. */
export class EngineEnd implements End {
  readonly #connection: Http2Connection;
  readonly #choice: SeededChoice;
  readonly #templates = new Map<string, HeaderTemplate>();

  constructor(
    role: "client" | "server",
    pipe: SimulatedPipe,
    limits: ConnectionLimits,
    observer: EndObserver,
    loop: SimulatedLoop,
    choice: SeededChoice,
  ) {
    this.#choice = choice;
    this.#connection = new http2Layer.Http2Connection({
      role,
      pipe,
      limits,
      now: () => loop.now(),
      timers: {
        schedule: (instant, target) => loop.setTimer(instant - loop.now(), () => target.onDeadline()),
      },
      observer: {
        onStream: (stream) => asEngineSink(observer.onStream(stream)),
        onRoom: () => observer.onRoom(),
        onGoaway: (lastStreamId) => observer.onGoaway(lastStreamId),
        onPingAck: (payload) => observer.onPingAck(payload),
        onClose: (reason) => observer.onClose(reason),
        onViolation: (name, message) => observer.onViolation(name, message),
      },
    });
    pipe.attach(this.#connection);
  }

  get isClosed(): boolean {
    return this.#connection.isClosed;
  }

  get canOpenStream(): boolean {
    return this.#connection.canOpenStream;
  }

  get streamCount(): number {
    return this.#connection.streamCount;
  }

  get sendWindowBytes(): number {
    return this.#connection.sendWindowBytes;
  }

  get receiveWindowBytes(): number {
    return this.#connection.receiveWindowBytes;
  }

  open(sink: EndSink, fields: Fields, isEnd: boolean): EndStream {
    const stream = this.#connection.createStream(asEngineSink(sink));
    this.#connection.sendHeaders(stream, this.#source(fields), isEnd);
    return stream;
  }

  sendHeader(stream: EndStream, fields: Fields, isEnd: boolean): void {
    this.#connection.sendHeaders(asEngineStream(stream), this.#source(fields), isEnd);
  }

  sendData(stream: EndStream, bytes: Uint8Array, isEnd: boolean): void {
    const connection = this.#connection;
    if (this.#choice.chance(0.4)) {
      connection.sendOwned(asEngineStream(stream), bytes, isEnd);
      return;
    }
    // More room than it takes, as for a message whose length is not known before.
    const start = connection.beginData(bytes.length + this.#choice.between(0, 20));
    connection.output.bytes.set(bytes, start);
    connection.commitData(asEngineStream(stream), start, start + bytes.length, isEnd);
  }

  isWritable(stream: EndStream): boolean {
    return this.#connection.isWritable(asEngineStream(stream));
  }

  isHeldBack(stream: EndStream): boolean {
    const next = asEngineStream(stream).pending[0];
    if (next === undefined) return false;
    const isEmpty = next.kind === "headers" || next.bytes.length === next.at;
    return isEmpty || (stream.sendWindow > 0 && this.sendWindowBytes > 0);
  }

  release(stream: EndStream, byteLength: number): void {
    this.#connection.release(asEngineStream(stream), byteLength);
  }

  reset(stream: EndStream, http2Code: number): void {
    this.#connection.reset(asEngineStream(stream), http2Code as Http2Code);
  }

  endEarly(stream: EndStream, http2Code: number): void {
    this.#connection.endEarly(asEngineStream(stream), http2Code as Http2Code);
  }

  releaseStream(stream: EndStream): void {
    this.#connection.releaseStream(asEngineStream(stream));
  }

  ping(payload: Uint8Array): void {
    this.#connection.ping(payload);
  }

  goaway(lastStreamId?: number): void {
    this.#connection.goaway(http2Layer.Http2Code.NoError, "", lastStreamId);
  }

  close(reason: string): void {
    this.#connection.close(http2Layer.Http2Code.NoError, reason);
  }

  /** A template, which is kept, or fields that are written one by one. */
  #source(fields: Fields): HeaderSource {
    if (this.#choice.chance(0.3)) {
      const maxBytes = fields.reduce(
        (sum, [name, value]) => sum + http2Layer.HpackEncoder.maxFieldBytes(name, value),
        0,
      );
      return {
        maxBytes,
        write: (encoder, out, offset) =>
          fields.reduce((at, [name, value]) => encoder.writeField(out, at, name, value), offset),
      };
    }
    const key = JSON.stringify(fields);
    const template = this.#templates.get(key) ?? new http2Layer.HeaderTemplate(fields);
    this.#templates.set(key, template);
    return template;
  }
}

function asEngineStream(stream: EndStream): Http2Stream {
  return stream as Http2Stream;
}

function asEngineSink(sink: EndSink): StreamSink {
  return {
    onHeaders: (list, isEnd) =>
      sink.onHeader(
        list.fields.map(({ name, value }) => [name, value] as const),
        isEnd,
      ),
    onData: (bytes, start, end, isEnd) => sink.onData(bytes.subarray(start, end), isEnd),
    onReset: (reset) => sink.onReset(reset),
    onWritable: () => sink.onWritable(),
  };
}
