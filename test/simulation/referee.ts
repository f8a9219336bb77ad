import { FrameCutter, type SeenFrame } from "./frame-cutter.ts";

const DATA = 0;
const HEADERS = 1;
const PRIORITY = 2;
const RST_STREAM = 3;
const SETTINGS = 4;
const PING = 6;
const GOAWAY = 7;
const WINDOW_UPDATE = 8;
const CONTINUATION = 9;
const END_STREAM = 1;
const ACK = 1;
const END_HEADERS = 4;
const MAX_WINDOW = 0x7fffffff;

/** A stream as the rules see it, from one end. */
interface WatchedStream {
  window: number;
  hasSentEnd: boolean;
  hasSentReset: boolean;
  hasReceivedEnd: boolean;
  isGone: boolean;
}

/** What one end may do, by what it has sent and what has reached it: RFC 9113, without a look at the engine. */
export class Referee {
  readonly seen: { goaways: number; pings: number; resets: number; refusals: number } = {
    goaways: 0,
    pings: 0,
    resets: 0,
    refusals: 0,
  };
  /** What this end may send on all streams together. */
  window = 65_535;
  readonly #isClient: boolean;
  readonly #name: string;
  readonly #onFoul: (foul: string) => void;
  readonly #outgoing: FrameCutter;
  readonly #incoming: FrameCutter;
  readonly #streams = new Map<number, WatchedStream>();
  #initialWindow = 65_535;
  #maxFrame = 16_384;
  #maxStreams = Number.POSITIVE_INFINITY;
  #lastOpened = -1;
  #openBlock: number | undefined;
  #hasSentSettings = false;
  readonly #settingsToAck: [id: number, value: number][][] = [];
  #pingsToAnswer = 0;
  /** The last stream that the server looks at, by the GOAWAY that it has sent or this client has got. */
  #lastLookedAt = MAX_WINDOW;
  /** In this end's own GOAWAY. */
  #goawayId = MAX_WINDOW;

  constructor(isClient: boolean, name: string, onFoul: (foul: string) => void) {
    this.#isClient = isClient;
    this.#name = `${name} ${isClient ? "client" : "server"}`;
    this.#onFoul = onFoul;
    this.#outgoing = new FrameCutter(isClient);
    this.#incoming = new FrameCutter(!isClient);
  }

  /** Streams that this end has not seen the end of. */
  get openStreams(): number {
    let open = 0;
    for (const stream of this.#streams.values()) if (!stream.isGone) open++;
    return open;
  }

  /** SETTINGS and PINGs that came, and that it has not answered. */
  get unanswered(): number {
    return this.#settingsToAck.length + this.#pingsToAnswer;
  }

  onSent(bytes: Uint8Array): void {
    for (const frame of this.#outgoing.cut(bytes)) this.#judge(frame);
  }

  onReceived(bytes: Uint8Array): void {
    for (const frame of this.#incoming.cut(bytes)) this.#note(frame);
  }

  #foul(what: string): void {
    this.#onFoul(`${this.#name}: ${what}`);
  }

  // ---- what this end sends ----------------------------------------------------------------

  #judge({ type, flags, streamId, payload }: SeenFrame): void {
    if (!this.#hasSentSettings && type !== SETTINGS) this.#foul(`starts with a frame of type ${type}`);
    if (payload.length > this.#maxFrame) this.#foul(`sends a frame of ${payload.length} bytes`);
    if (this.#openBlock !== undefined && (type !== CONTINUATION || streamId !== this.#openBlock))
      this.#foul(`interrupts the header of stream ${this.#openBlock}`);
    if (type === HEADERS) this.#judgeHeaders(streamId, flags);
    else if (type === DATA) this.#judgeData(streamId, flags, payload.length);
    else if (type === RST_STREAM) this.#judgeReset(streamId, payload);
    else if (type === WINDOW_UPDATE) {
      if ((readUint32(payload, 0) & MAX_WINDOW) === 0) this.#foul("sends a WINDOW_UPDATE of 0");
    } else if (type === SETTINGS) {
      this.#hasSentSettings = true;
      if ((flags & ACK) !== 0) this.#judgeSettingsAck();
    } else if (type === PING) {
      if ((flags & ACK) === 0) this.seen.pings++;
      else if (--this.#pingsToAnswer < 0) this.#foul("answers a PING that it has not got");
    } else if (type === GOAWAY) {
      this.seen.goaways++;
      const id = readUint32(payload, 0) & MAX_WINDOW;
      if (id > this.#goawayId) this.#foul(`raises the last stream of a GOAWAY from ${this.#goawayId} to ${id}`);
      this.#goawayId = id;
      // A server passes over what it has not accepted.
      if (!this.#isClient) this.#lastLookedAt = id;
      for (const [streamId, stream] of this.#streams) if (!this.#isClient && streamId > id) stream.isGone = true;
    } else if (type === CONTINUATION) {
      if (this.#openBlock === undefined) this.#foul("sends CONTINUATION behind no HEADERS");
      if (flags & END_HEADERS) this.#openBlock = undefined;
    } else if (type !== PRIORITY) this.#foul(`sends a frame of type ${type}`);
  }

  /** Only now they hold: what was written before, and leaves with it, could not know of them (RFC 9113 §6.5.3). */
  #judgeSettingsAck(): void {
    const settings = this.#settingsToAck.shift();
    if (settings === undefined) this.#foul("acknowledges SETTINGS that it has not got");
    for (const [id, value] of settings ?? []) this.#holdTo(id, value);
  }

  #judgeHeaders(id: number, flags: number): void {
    if ((flags & END_HEADERS) === 0) this.#openBlock = id;
    let stream = this.#streams.get(id);
    if (stream === undefined) {
      if (!this.#isClient) {
        this.#foul(`answers stream ${id}, which nobody opened`);
        return;
      }
      if (id <= this.#lastOpened || id % 2 === 0) this.#foul(`opens stream ${id} behind ${this.#lastOpened}`);
      if (this.openStreams >= this.#maxStreams) this.#foul(`opens more than ${this.#maxStreams} streams`);
      this.#lastOpened = id;
      stream = this.#open(id);
    }
    this.#judgeTurn(stream, id, "HEADERS", flags);
  }

  #judgeData(id: number, flags: number, length: number): void {
    const stream = this.#streams.get(id);
    if (stream === undefined) {
      this.#foul(`sends DATA on stream ${id}, which is not open`);
      return;
    }
    stream.window -= length;
    this.window -= length;
    if (length > 0 && stream.window < 0)
      this.#foul(`sends ${-stream.window} bytes more than the window of stream ${id}`);
    if (length > 0 && this.window < 0) this.#foul(`sends ${-this.window} bytes more than the connection's window`);
    this.#judgeTurn(stream, id, "DATA", flags);
  }

  #judgeTurn(stream: WatchedStream, id: number, what: string, flags: number): void {
    if (stream.hasSentEnd) this.#foul(`sends ${what} on stream ${id} behind its END_STREAM`);
    if (stream.hasSentReset) this.#foul(`sends ${what} on stream ${id} behind its RST_STREAM`);
    if ((flags & END_STREAM) === 0) return;
    stream.hasSentEnd = true;
    if (stream.hasReceivedEnd) stream.isGone = true;
  }

  #judgeReset(id: number, payload: Uint8Array): void {
    const stream = this.#streams.get(id);
    if (stream === undefined) {
      this.#foul(`resets stream ${id}, which is not open`);
      return;
    }
    this.seen.resets++;
    if (readUint32(payload, 0) === 7) this.seen.refusals++;
    if (stream.hasSentReset) this.#foul(`resets stream ${id} twice`);
    stream.hasSentReset = true;
    stream.isGone = true;
  }

  // ---- what reaches it --------------------------------------------------------------------

  #note({ type, flags, streamId, payload }: SeenFrame): void {
    const stream = this.#streams.get(streamId);
    if (type === HEADERS || type === DATA) {
      const opened = stream ?? (type === HEADERS && !this.#isClient ? this.#open(streamId) : undefined);
      if (opened === undefined || (flags & END_STREAM) === 0) return;
      opened.hasReceivedEnd = true;
      if (opened.hasSentEnd) opened.isGone = true;
    } else if (type === RST_STREAM) {
      if (stream !== undefined) stream.isGone = true;
    } else if (type === SETTINGS && (flags & ACK) === 0) {
      const settings: [number, number][] = [];
      for (let at = 0; at < payload.length; at += 6)
        settings.push([readUint16(payload, at), readUint32(payload, at + 2)]);
      this.#settingsToAck.push(settings);
    } else if (type === PING && (flags & ACK) === 0) {
      this.#pingsToAnswer++;
    } else if (type === WINDOW_UPDATE) {
      const increment = readUint32(payload, 0) & MAX_WINDOW;
      if (streamId === 0) this.window += increment;
      else if (stream !== undefined) stream.window += increment;
      if (this.window > MAX_WINDOW) this.#foul("is given a window that is too large");
    } else if (type === GOAWAY) {
      const last = readUint32(payload, 0) & MAX_WINDOW;
      // What was written before may still leave.
      if (this.#isClient) this.#lastLookedAt = last;
      for (const [id, open] of this.#streams) if (this.#isClient && id > last) open.isGone = true;
    }
  }

  #holdTo(id: number, value: number): void {
    if (id === 3) this.#maxStreams = value;
    else if (id === 5) this.#maxFrame = value;
    else if (id === 4) {
      for (const stream of this.#streams.values()) stream.window += value - this.#initialWindow;
      this.#initialWindow = value;
    }
  }

  #open(id: number): WatchedStream {
    const window = this.#initialWindow;
    const isGone = id > this.#lastLookedAt;
    const stream = { window, hasSentEnd: false, hasSentReset: false, hasReceivedEnd: false, isGone };
    this.#streams.set(id, stream);
    return stream;
  }
}

function readUint32(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(at);
}

function readUint16(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint16(at);
}
