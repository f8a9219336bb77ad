import { MAX_STREAM_ID } from "../frame/index.ts";
import { Http2Code, Http2Error } from "../http2-error.ts";

/**
 * The life of a connection (RFC 9113 §3.4, §5.4.1, §6.8). Whatever its phase, it is closed by what breaks it and by the end
 * of its pipe.
 *
 *   +---------+                +------+               +----------+            +--------+
 *   | preface |--------------->| open |-------------->| draining |----------->| closed |
 *   +---------+   receive P    +------+   send G or   +----------+  no calls  +--------+
 *                                         receive G                 are left
 *
 * P: a server has received the client's preface, and either side the other's first SETTINGS   G: GOAWAY
 *
 * While draining, calls under way go on and none begins: none of ours behind a GOAWAY of the peer's, none of the peer's
 * above the stream that ours has named. That no calls are left is for the owner to see, who knows what a call is.
 */
export const ConnectionPhase = { Preface: 0, Open: 1, Draining: 2, Closed: 3 } as const;
export type ConnectionPhase = (typeof ConnectionPhase)[keyof typeof ConnectionPhase];

/** In which phase of its life a connection is. */
export class ConnectionLife {
  phase: ConnectionPhase = ConnectionPhase.Preface;
  isGoawaySent = false;
  isGoawayReceived = false;
  /** The last of our streams that the peer has looked at or will, by what it said last. */
  lastProcessedId: number = MAX_STREAM_ID;

  get isClosed(): boolean {
    return this.phase === ConnectionPhase.Closed;
  }

  /** The peer's SETTINGS have come, whether the first or further ones. */
  onSettings(): void {
    if (this.phase === ConnectionPhase.Preface) this.phase = ConnectionPhase.Open;
    this.#drainIfTold();
  }

  onGoawaySent(): void {
    this.isGoawaySent = true;
    this.#drainIfTold();
  }

  /** @throws Http2Error where it takes back what it said before: what it gave up then is made again elsewhere (§6.8) */
  onGoawayReceived(lastStreamId: number): void {
    if (lastStreamId > this.lastProcessedId) {
      throw new Http2Error(0, Http2Code.ProtocolError, "a GOAWAY names a later stream than the one before it");
    }
    this.lastProcessedId = lastStreamId;
    this.isGoawayReceived = true;
    this.#drainIfTold();
  }

  close(): void {
    this.phase = ConnectionPhase.Closed;
  }

  #drainIfTold(): void {
    const isTold = this.isGoawaySent || this.isGoawayReceived;
    if (isTold && this.phase === ConnectionPhase.Open) this.phase = ConnectionPhase.Draining;
  }
}
