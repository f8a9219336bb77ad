import type { Peer, TlsFacts } from "../core/index.ts";
import type { BytePipe } from "../http2/index.ts";

/** What a pipe tells of: an Http2Connection, mostly. */
export interface PipeListener {
  /** The bytes are valid during the call only: the next ones may come in the same place. */
  receive(chunk: Uint8Array): void;
  /** It is time to write, after `requestFlush`. */
  flush(): void;
  /** The pipe is no longer congested. */
  onDrain(): void;
  /** Nothing more comes and nothing more leaves. Called once, with the reason for people. */
  onPipeEnd(reason: string): void;
}

/** A byte pipe that is connected, and what its owner needs beside what a connection needs. */
export interface ConnectedPipe extends BytePipe {
  /** Who is at the other end. */
  readonly peer: Peer;
  /** Our end, written as the peer's; undefined where it is not known. */
  readonly localAddress?: string | undefined;
  /** Undefined where the pipe is not encrypted. Made when asked for. */
  readonly tls?: TlsFacts | undefined;
  /** Whether nobody on the way can read what is sent: it is encrypted, or does not leave this machine. */
  readonly isPrivate: boolean;
  /** Resolves once nothing of the pipe is left. Never rejects. */
  readonly closed: Promise<void>;
  /** Starts reading. To be called once. */
  attach(listener: PipeListener): void;
  /** Lets the pipe keep the process alive, as it does at first. */
  ref(): void;
  /** Lets the process end although the pipe is open. */
  unref(): void;
}
