// biome-ignore-all lint/style/noExcessiveLinesPerFile: one end of HTTP/2 whole, to be read beside the RFC
import { frame, PREFACE } from "../../fuzz/wire-pieces.ts";
import { FrameCutter, type SeenFrame } from "../frame-cutter.ts";
import { http2Layer } from "../internals.ts";
import type { SeededChoice } from "../seeded-choice.ts";
import type { SimulatedLoop } from "../simulated-loop.ts";
import type { SimulatedPipe } from "../simulated-pipe.ts";
import type { End, EndObserver, EndSink, EndStream, Fields } from "./end.ts";
import { literalBlock } from "./literal-block.ts";

const [DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION] = [
  0, 1, 2, 3, 4, 6, 7, 8, 9,
] as const;
const [END_STREAM, ACK, END_HEADERS, PADDED] = [1, 1, 4, 8] as const;
const [HEADER_TABLE_SIZE, MAX_STREAMS, INITIAL_WINDOW] = [1, 3, 4] as const;
const TABLE_BYTES = 4_096;
const DEFAULT_WINDOW = 65_535;
const MAX_FRAME = 16_384;
const REFUSED_STREAM = 7;
/** Beyond, windows are opened stream by stream. */
const LARGEST_INITIAL = 1_000_000;
/** How long a stream stands still that changed settings have left without a window. */
const STARVING_MS = 15;
const INFORMATION: Fields = [
  [":status", "103"],
  ["link", "</style>"],
];

/** What a reference end does that an engine need not: all of it is allowed. */
export interface ReferenceHabits {
  /** SETTINGS that it starts with, and those that it sends later. */
  readonly settings: readonly (readonly [id: number, value: number])[];
  readonly changes: readonly { readonly at: number; readonly settings: readonly (readonly [number, number])[] }[];
  /** Whether streams get their windows by WINDOW_UPDATE, or by ever larger SETTINGS_INITIAL_WINDOW_SIZE. */
  readonly grants: "updates" | "settings";
  /** It gives windows back once so many bytes were consumed. */
  readonly grantBytes: number;
  /** How likely it pads a frame, splits a header, informs before a response, sets a priority, refuses a stream. */
  readonly padding: number;
  readonly splitting: number;
  readonly informing: number;
  readonly prioritizing: number;
  readonly refusing: number;
}

type Queued =
  | { readonly kind: "data"; readonly bytes: Uint8Array; at: number; readonly isEnd: boolean }
  | { readonly kind: "header"; readonly fields: Fields; readonly isEnd: boolean };

type Habit = "settings changes" | "shrunk windows" | "padded frames" | "split headers" | "refused streams";

class ReferenceStream implements EndStream {
  readonly id: number;
  sink: EndSink;
  sendWindow: number;
  receiveWindow: number;
  /** The initial window that is in `receiveWindow`, and of which SETTINGS of ours it is. */
  initial: number;
  settingsSeen: number;
  hasSentEnd = false;
  hasReceivedEnd = false;
  isReset = false;
  unconsumed = 0;
  /** Consumed, and not given back. */
  ungranted = 0;
  readonly queue: Queued[] = [];
  endCode: number | undefined;

  constructor(id: number, sink: EndSink, sendWindow: number, initial: number, settingsSeen: number) {
    this.id = id;
    this.sink = sink;
    this.sendWindow = sendWindow;
    this.receiveWindow = initial;
    this.initial = initial;
    this.settingsSeen = settingsSeen;
  }

  get isClosed(): boolean {
    return this.isReset || (this.hasSentEnd && this.hasReceivedEnd);
  }
}

/**
 * An end of HTTP/2 that shares with the engine only how headers are decoded: slow, plain, and with habits that the engine
 * does not have, such as to change its settings while streams are open.
 */
export class ReferenceEnd implements End {
  isClosed = false;
  sendWindowBytes: number = DEFAULT_WINDOW;
  receiveWindowBytes: number = DEFAULT_WINDOW;
  /** What it did out of habit, for the tally. */
  readonly done: Record<Habit, number> = {
    "settings changes": 0,
    "shrunk windows": 0,
    "padded frames": 0,
    "split headers": 0,
    "refused streams": 0,
  };
  readonly #isServer: boolean;
  readonly #pipe: SimulatedPipe;
  readonly #habits: ReferenceHabits;
  readonly #observer: EndObserver;
  readonly #loop: SimulatedLoop;
  readonly #choice: SeededChoice;
  readonly #cutter: FrameCutter;
  readonly #decoder = new http2Layer.HpackDecoder({
    tableBytes: TABLE_BYTES,
    maxListBytes: 1_000_000,
    maxFields: 1_000,
  });
  readonly #streams = new Map<number, ReferenceStream>();
  readonly #timers: { cancel(): void }[] = [];
  #out: Uint8Array[] = [];
  #nextId: number;
  #lastPeerId = 0;
  #lastAcceptedId = 0x7fffffff;
  #hasGoaway = false;
  #peerInitial = DEFAULT_WINDOW;
  #peerMaxStreams = Number.POSITIVE_INFINITY;
  /** What we last said, and what the peer has acknowledged of all that we said. */
  #announced = DEFAULT_WINDOW;
  #acked = DEFAULT_WINDOW;
  readonly #unacked: { readonly initial: number; readonly tableBytes: readonly number[] }[] = [];
  /** What the peer's table may have, and whether its next header has to begin with a smaller size (RFC 7541 §4.2). */
  #tableBytes = TABLE_BYTES;
  #isTableUpdateDue = false;
  #settingsSent = 0;
  #settingsAcked = 0;
  #ungranted = 0;
  #block: { readonly id: number; readonly isEnd: boolean; readonly pieces: Uint8Array[] } | undefined;
  #isFeedDue = false;

  constructor(
    role: "client" | "server",
    pipe: SimulatedPipe,
    habits: ReferenceHabits,
    observer: EndObserver,
    loop: SimulatedLoop,
    choice: SeededChoice,
  ) {
    this.#isServer = role === "server";
    this.#nextId = this.#isServer ? 2 : 1;
    this.#pipe = pipe;
    this.#habits = habits;
    this.#observer = observer;
    this.#loop = loop;
    this.#choice = choice;
    this.#cutter = new FrameCutter(this.#isServer);
    if (!this.#isServer) this.#write(PREFACE);
    this.#sendSettings(habits.settings);
    for (const { at, settings } of habits.changes)
      this.#timers.push(loop.setTimer(at, () => this.#changeSettings(settings)));
    pipe.attach(this);
  }

  // ---- the pipe ---------------------------------------------------------------------------

  receive(chunk: Uint8Array): void {
    for (const seen of this.#cutter.cut(chunk)) if (!this.isClosed) this.#take(seen);
  }

  flush(): void {
    if (this.#out.length === 0) return;
    this.#pipe.writeOwned(Buffer.concat(this.#out));
    this.#out = [];
  }

  onDrain(): void {}

  onPipeEnd(reason: string): void {
    this.#end(reason);
  }

  // ---- the owner --------------------------------------------------------------------------

  get canOpenStream(): boolean {
    return !this.isClosed && !this.#hasGoaway && this.#streams.size < this.#peerMaxStreams;
  }

  get streamCount(): number {
    return this.#streams.size;
  }

  open(sink: EndSink, fields: Fields, isEnd: boolean): EndStream {
    const stream = new ReferenceStream(this.#nextId, sink, this.#peerInitial, this.#announced, this.#settingsSent);
    this.#nextId += 2;
    this.#streams.set(stream.id, stream);
    this.#writeHeader(stream, fields, isEnd);
    if (this.#choice.chance(this.#habits.prioritizing))
      this.#write(frame(PRIORITY, 0, stream.id, Buffer.from([0, 0, 0, 0, 7])));
    this.#feedSoon();
    return stream;
  }

  sendHeader(stream: EndStream, fields: Fields, isEnd: boolean): void {
    const known = this.#known(stream);
    if (known === undefined) return;
    if (this.#isServer && !isEnd && this.#choice.chance(this.#habits.informing))
      this.#writeHeader(known, INFORMATION, false);
    known.queue.push({ kind: "header", fields, isEnd });
    this.#pump(known);
  }

  sendData(stream: EndStream, bytes: Uint8Array, isEnd: boolean): void {
    const known = this.#known(stream);
    if (known === undefined) return;
    known.queue.push({ kind: "data", bytes, at: 0, isEnd });
    this.#pump(known);
  }

  isWritable(): boolean {
    return true;
  }

  isHeldBack(): boolean {
    return false;
  }

  release(stream: EndStream, byteLength: number): void {
    const known = this.#known(stream);
    if (known === undefined) return;
    known.unconsumed -= byteLength;
    known.ungranted += byteLength;
    if (known.ungranted >= this.#habits.grantBytes) this.#grant(known, known.ungranted);
    this.#feedSoon();
  }

  reset(stream: EndStream, http2Code: number): void {
    const known = this.#known(stream);
    if (known !== undefined) this.#reset(known, http2Code);
  }

  endEarly(stream: EndStream, http2Code: number): void {
    const known = this.#known(stream);
    if (known === undefined || known.hasReceivedEnd) return;
    if (known.hasSentEnd) this.#reset(known, http2Code);
    else known.endCode = http2Code;
  }

  releaseStream(): void {}

  ping(payload: Uint8Array): void {
    this.#write(frame(PING, 0, 0, payload));
  }

  goaway(lastStreamId: number = this.#lastPeerId): void {
    this.#lastAcceptedId = Math.min(this.#lastAcceptedId, lastStreamId);
    this.#write(frame(GOAWAY, 0, 0, Buffer.concat([uint32(this.#lastAcceptedId), uint32(0)])));
  }

  close(reason: string): void {
    if (this.isClosed) return;
    this.goaway();
    this.flush();
    this.#pipe.end();
    this.#end(reason);
  }

  // ---- frames that come -------------------------------------------------------------------

  #take({ type, flags, streamId, payload }: SeenFrame): void {
    const isEnd = (flags & END_STREAM) !== 0;
    if (type === HEADERS) {
      if ((flags & END_HEADERS) !== 0) this.#onBlock(streamId, payload, isEnd);
      else this.#block = { id: streamId, isEnd, pieces: [Buffer.from(payload)] };
    } else if (type === CONTINUATION && this.#block !== undefined) {
      const { id, isEnd: isLast, pieces } = this.#block;
      pieces.push(Buffer.from(payload));
      if ((flags & END_HEADERS) === 0) return;
      this.#block = undefined;
      this.#onBlock(id, Buffer.concat(pieces), isLast);
    } else if (type === DATA) this.#onData(streamId, payload, isEnd);
    else if (type === RST_STREAM) {
      const http2Code = readUint32(payload);
      const unprocessed = http2Code === REFUSED_STREAM;
      const stream = this.#streams.get(streamId);
      if (stream !== undefined) this.#tellReset(stream, { http2Code, origin: "peer", message: "", unprocessed });
    } else if (type === SETTINGS) this.#onSettings(flags, payload);
    else if (type === PING) {
      if ((flags & ACK) !== 0) this.#observer.onPingAck(payload);
      else this.#write(frame(PING, ACK, 0, Buffer.from(payload)));
    } else if (type === GOAWAY) this.#onGoaway(readUint32(payload) & 0x7fffffff);
    else if (type === WINDOW_UPDATE) {
      const increment = readUint32(payload) & 0x7fffffff;
      if (streamId === 0) this.sendWindowBytes += increment;
      const stream = this.#streams.get(streamId);
      if (stream !== undefined) stream.sendWindow += increment;
      this.#pumpAll();
    }
  }

  #onBlock(id: number, block: Uint8Array, isEnd: boolean): void {
    if (this.#isTableUpdateDue && ((block[0] ?? 0) & 0xe0) !== 0x20)
      this.#observer.onViolation(
        "COMPRESSION_ERROR",
        `the header of stream ${id} does not say that its table became smaller`,
      );
    this.#isTableUpdateDue = false;
    const list = this.#decoder.decode(block, 0, block.length);
    const fields = (list?.fields ?? []).map(({ name, value }) => [name, value] as const);
    let stream = this.#streams.get(id);
    if (stream === undefined) {
      if (!this.#isServer || id <= this.#lastPeerId) return;
      this.#lastPeerId = id;
      if (id > this.#lastAcceptedId) return;
      if (this.#choice.chance(this.#habits.refusing)) {
        this.done["refused streams"]++;
        this.#write(frame(RST_STREAM, 0, id, uint32(REFUSED_STREAM)));
        return;
      }
      stream = new ReferenceStream(id, NO_SINK, this.#peerInitial, this.#acked, this.#settingsAcked);
      this.#streams.set(id, stream);
      stream.sink = this.#observer.onStream(stream);
      this.#feedSoon();
    }
    if (isEnd) stream.hasReceivedEnd = true;
    stream.sink.onHeader(fields, isEnd);
    this.#forgetIfClosed(stream);
  }

  #onData(id: number, payload: Uint8Array, isEnd: boolean): void {
    this.receiveWindowBytes -= payload.length;
    this.#ungranted += payload.length;
    if (this.#ungranted > DEFAULT_WINDOW / 3) {
      this.#write(frame(WINDOW_UPDATE, 0, 0, uint32(this.#ungranted)));
      this.receiveWindowBytes += this.#ungranted;
      this.#ungranted = 0;
    }
    const stream = this.#streams.get(id);
    if (stream === undefined) return;
    stream.receiveWindow -= payload.length;
    stream.unconsumed += payload.length;
    if (isEnd) stream.hasReceivedEnd = true;
    stream.sink.onData(payload, isEnd);
    this.#forgetIfClosed(stream);
  }

  #onSettings(flags: number, payload: Buffer): void {
    if ((flags & ACK) !== 0) {
      const { initial: value = this.#acked, tableBytes = [] } = this.#unacked.shift() ?? {};
      for (const bytes of tableBytes) {
        if (bytes < this.#tableBytes) this.#isTableUpdateDue = true;
        this.#tableBytes = Math.min(bytes, TABLE_BYTES);
      }
      this.#settingsAcked++;
      this.#acked = value;
      for (const stream of this.#streams.values()) {
        if (stream.settingsSeen >= this.#settingsAcked) continue;
        stream.receiveWindow += value - stream.initial;
        stream.initial = value;
        stream.settingsSeen = this.#settingsAcked;
      }
      return;
    }
    for (let at = 0; at < payload.length; at += 6) {
      const [id, value] = [payload.readUInt16BE(at), payload.readUInt32BE(at + 2)];
      if (id === MAX_STREAMS) this.#peerMaxStreams = value;
      if (id !== INITIAL_WINDOW) continue;
      for (const stream of this.#streams.values()) stream.sendWindow += value - this.#peerInitial;
      this.#peerInitial = value;
    }
    this.#write(frame(SETTINGS, ACK, 0));
    this.#observer.onRoom();
    this.#pumpAll();
  }

  #onGoaway(lastStreamId: number): void {
    this.#hasGoaway = true;
    this.#observer.onGoaway(lastStreamId);
    if (this.#isServer) return;
    const reset = { http2Code: REFUSED_STREAM, origin: "connection", message: "", unprocessed: true } as const;
    for (const stream of [...this.#streams.values()]) if (stream.id > lastStreamId) this.#tellReset(stream, reset);
  }

  // ---- settings and windows of ours -------------------------------------------------------

  #changeSettings(settings: readonly (readonly [number, number])[]): void {
    if (this.isClosed) return;
    this.done["settings changes"]++;
    this.#sendSettings(settings);
    this.#feedSoon();
  }

  #sendSettings(settings: readonly (readonly [id: number, value: number])[]): void {
    const payload = Buffer.concat(settings.map(([id, value]) => Buffer.concat([Buffer.from([0, id]), uint32(value)])));
    const initial = settings.findLast(([id]) => id === INITIAL_WINDOW)?.[1] ?? this.#announced;
    if (initial < this.#announced) this.done["shrunk windows"]++;
    this.#announced = initial;
    const tableBytes = settings.filter(([id]) => id === HEADER_TABLE_SIZE).map(([, value]) => value);
    this.#unacked.push({ initial, tableBytes });
    this.#settingsSent++;
    this.#write(frame(SETTINGS, 0, 0, payload));
  }

  #grant(stream: ReferenceStream, byteLength: number): void {
    if (stream.hasReceivedEnd) return;
    stream.ungranted = 0;
    const initial = this.#announced + byteLength;
    if (this.#habits.grants === "settings" && initial <= LARGEST_INITIAL) {
      this.#sendSettings([[INITIAL_WINDOW, initial]]);
      return;
    }
    stream.receiveWindow += byteLength;
    this.#write(frame(WINDOW_UPDATE, 0, stream.id, uint32(byteLength)));
  }

  /** Streams whose window is closed, with nothing to be consumed, get one after a while. */
  #feedSoon(): void {
    if (this.#isFeedDue || this.isClosed) return;
    this.#isFeedDue = true;
    this.#timers.push(
      this.#loop.setTimer(STARVING_MS, () => {
        this.#isFeedDue = false;
        if (this.isClosed) return;
        for (const stream of this.#streams.values()) {
          const window = stream.receiveWindow + this.#announced - stream.initial;
          if (window <= 0 && stream.unconsumed === 0) this.#grant(stream, 1 - window + this.#choice.between(0, 20_000));
        }
      }),
    );
  }

  // ---- frames that go ---------------------------------------------------------------------

  #pumpAll(): void {
    for (const stream of [...this.#streams.values()]) this.#pump(stream);
  }

  #pump(stream: ReferenceStream): void {
    for (let next = stream.queue[0]; next !== undefined && !stream.isClosed; next = stream.queue[0]) {
      if (next.kind === "header") {
        stream.queue.shift();
        this.#writeHeader(stream, next.fields, next.isEnd);
        continue;
      }
      const room = Math.min(stream.sendWindow, this.sendWindowBytes, MAX_FRAME);
      const left = next.bytes.length - next.at;
      if (left > 0 && room <= 0) return;
      const padding = room > 2 && this.#choice.chance(this.#habits.padding) ? this.#choice.between(0, 200) : -1;
      const overhead = padding < 0 ? 0 : Math.min(1 + padding, room - 1);
      const length = Math.min(left, Math.max(0, room - overhead));
      const isEnd = next.isEnd && length === left;
      const body = next.bytes.subarray(next.at, next.at + length);
      next.at += length;
      if (length === left) stream.queue.shift();
      stream.sendWindow -= length + overhead;
      this.sendWindowBytes -= length + overhead;
      const flags = (isEnd ? END_STREAM : 0) | (overhead > 0 ? PADDED : 0);
      if (overhead > 0) this.done["padded frames"]++;
      const head = overhead > 0 ? Buffer.from([overhead - 1]) : Buffer.alloc(0);
      this.#write(frame(DATA, flags, stream.id, Buffer.concat([head, body, Buffer.alloc(Math.max(0, overhead - 1))])));
      if (isEnd) this.#onEndSent(stream);
    }
  }

  #writeHeader(stream: ReferenceStream, fields: Fields, isEnd: boolean): void {
    const block = literalBlock(fields, this.#choice);
    const cut = this.#choice.chance(this.#habits.splitting) ? this.#choice.between(0, block.length) : block.length;
    // No frame is longer than the engine takes.
    const pieces = [block.subarray(0, Math.min(cut, MAX_FRAME))];
    for (let at = pieces[0]?.length ?? 0; at < block.length; at += MAX_FRAME)
      pieces.push(block.subarray(at, at + MAX_FRAME));
    if (pieces.length > 1) this.done["split headers"]++;
    for (const [index, piece] of pieces.entries()) {
      const isLast = index === pieces.length - 1 ? END_HEADERS : 0;
      if (index === 0) this.#write(frame(HEADERS, isLast | (isEnd ? END_STREAM : 0), stream.id, piece));
      else this.#write(frame(CONTINUATION, isLast, stream.id, piece));
    }
    if (isEnd) this.#onEndSent(stream);
  }

  #onEndSent(stream: ReferenceStream): void {
    stream.hasSentEnd = true;
    if (stream.endCode !== undefined && !stream.hasReceivedEnd) this.#reset(stream, stream.endCode);
    else this.#forgetIfClosed(stream);
  }

  #write(bytes: Uint8Array): void {
    if (this.isClosed) return;
    if (this.#out.length === 0) this.#pipe.requestFlush();
    this.#out.push(bytes);
  }

  // ---- the ends of streams ----------------------------------------------------------------

  #known(stream: EndStream): ReferenceStream | undefined {
    return this.#streams.get(stream.id) === stream ? this.#streams.get(stream.id) : undefined;
  }

  #reset(stream: ReferenceStream, http2Code: number): void {
    stream.isReset = true;
    this.#write(frame(RST_STREAM, 0, stream.id, uint32(http2Code)));
    this.#forgetIfClosed(stream);
  }

  #tellReset(stream: ReferenceStream, reset: Parameters<EndSink["onReset"]>[0]): void {
    stream.isReset = true;
    this.#forgetIfClosed(stream);
    stream.sink.onReset(reset);
  }

  #forgetIfClosed(stream: ReferenceStream): void {
    if (!stream.isClosed || !this.#streams.delete(stream.id)) return;
    this.#observer.onRoom();
  }

  #end(reason: string): void {
    if (this.isClosed) return;
    this.isClosed = true;
    for (const timer of this.#timers) timer.cancel();
    const reset = { http2Code: 2, origin: "connection", message: reason, unprocessed: false } as const;
    for (const stream of [...this.#streams.values()]) this.#tellReset(stream, reset);
    this.#observer.onClose(reason);
  }
}

const NO_SINK: EndSink = { onHeader() {}, onData() {}, onReset() {}, onWritable() {} };

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function readUint32(bytes: Uint8Array): number {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).readUInt32BE(0);
}
