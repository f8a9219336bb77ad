import type { HeaderList, HpackEncoder } from "../hpack/index.ts";
import type { Http2Code } from "../http2-error.ts";
import { StreamState } from "./stream-state.ts";

/** Who is told what happens on a stream. */
export interface StreamSink {
  /** A header, or the trailer where one came before. */
  onHeaders(list: HeaderList, endStream: boolean): void;
  /** Bytes `start` to `end` of `bytes`, valid during the call only. To be given back with `release` once consumed. */
  onData(bytes: Uint8Array, start: number, end: number, endStream: boolean): void;
  /** The stream is over before its end: the peer reset it, or broke a rule, or the connection is gone. */
  onReset(reset: StreamReset): void;
  /** There is room again after a send that had to wait. */
  onWritable(): void;
}

/** Why a stream ended early. */
export interface StreamReset {
  /** An HTTP/2 error code. */
  readonly http2Code: number;
  /** `peer`: RST_STREAM; `violation`: we reset it for what the peer sent; `connection`: all of it ended. */
  readonly origin: "peer" | "violation" | "connection";
  /** What happened, for people. */
  readonly message: string;
  /** True where the peer has not seen the stream, or said so: it may be tried again. */
  readonly unprocessed: boolean;
  /** True where nothing of it has left this end. */
  readonly unsent?: boolean;
}

/** A header that is encoded when its turn comes: the peer's table must see headers in the order of the wire. */
export interface HeaderSource {
  readonly maxBytes: number;
  /** Writes the fields and returns the offset behind them. */
  write(encoder: HpackEncoder, out: Uint8Array, offset: number): number;
}

/** What waits for the stream's or the connection's window. */
export type Pending =
  | { readonly kind: "data"; readonly bytes: Uint8Array; at: number; readonly endStream: boolean }
  | { readonly kind: "headers"; readonly source: HeaderSource; readonly endStream: boolean };

/** One stream. Its owner is the connection; the layer above only reads. */
export class Http2Stream {
  /** 0 until its header is sent or received. */
  id = 0;
  state: StreamState = StreamState.Idle;
  sink: StreamSink;
  /** How many bytes we may send. May be negative when the peer makes its windows smaller. */
  sendWindow: number;
  /** How many bytes the peer may send. */
  receiveWindow: number;
  /** What `receiveWindow` is when all was consumed and told to the peer. */
  fullWindow: number;
  /** Bytes that came and were not consumed. */
  unconsumed = 0;
  /** Those of them that were put aside, as what they belong to is not whole. */
  asideBytes = 0;
  /** Those of these for which the peer may not send on yet, as memory is short. */
  owedBytes = 0;
  /** Bytes that were consumed, and not told to the peer yet. */
  unreported = 0;
  /** In the order of sending. */
  readonly pending: Pending[] = [];
  pendingBytes = 0;
  /** Whether it waits in a queue of those that are ready, and between which others. */
  isReady = false;
  readyBefore: Http2Stream | undefined = undefined;
  readyBehind: Http2Stream | undefined = undefined;
  /** What it may still send in its turn. */
  turnBytes = 0;
  /** Somebody waits for `onWritable`. */
  isWaiting = false;
  /** Whether the first header was received: the next one is the trailer. */
  hasHeader = false;
  /** What `content-length` said is still to come; -1 where it said nothing. */
  expectedBytes = -1;
  /** The code to reset it with when our end has been sent and the peer's has not come. */
  endCode: Http2Code | undefined = undefined;
  /** Whether the layer above is done with it. Only then does it no longer count against the limit. */
  isReleased = false;

  constructor(sink: StreamSink, sendWindow: number, receiveWindow: number) {
    this.sink = sink;
    this.sendWindow = sendWindow;
    this.receiveWindow = receiveWindow;
    this.fullWindow = receiveWindow;
  }

  get isClosed(): boolean {
    return this.state === StreamState.Closed;
  }
}
