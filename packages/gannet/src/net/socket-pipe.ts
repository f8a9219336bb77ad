import { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import type { Peer, TlsFacts } from "../core/index.ts";
import type { ConnectedPipe, PipeListener } from "./connected-pipe.ts";
import { describeSocketError } from "./describe-error.ts";
import type { DuplexStream } from "./duplex-stream.ts";
import { readTlsSession, SocketPeer } from "./socket-peer.ts";
import type { SocketReads } from "./socket-reads.ts";

/** From here on a connection holds back what it can, until all of it has left. */
const CONGESTED_BYTES = 256 * 1024;
/** A peer that does not read is not read from: its pings would fill our memory with answers. Far above CONGESTED_BYTES
 * and any window of ours, so that two ends which are both busy sending do not wait for each other. */
const DEAF_PEER_BYTES = 4 * 1024 * 1024;
/** Below this a copy costs less than a segment that cannot be used again. */
const COPIED_BYTES = 16 * 1024;
/** How long the peer has to close its side once ours is closed. */
const LINGER_MS = 1_000;
/** How long what was written has to leave, once the pipe is to end. */
const FINISH_MS = 10_000;

const NO_BYTES = new Uint8Array(0);

/** What looks at the first bytes of a peer, none where it ended without any, and says what is wrong with them. */
export type FirstBytesCheck = (chunk: Uint8Array) => string | undefined;

/** What is known of a socket that becomes a pipe. */
export interface SocketPipeParts {
  /** Who is at the other end, where the socket does not tell. */
  readonly peer?: Peer | undefined;
  readonly checkFirstBytes?: FirstBytesCheck | undefined;
  /** Where the socket's reads go; undefined where it makes chunks of its own. */
  readonly reads?: SocketReads | undefined;
}

/**
 * A socket, or any other duplex stream, as a byte pipe. What goes wrong with it comes to the listener as the pipe's end.
 *
 * Flushes are put off so that all of a turn leaves in one write: to the end of the turn that a read started, else to
 * the end of the event loop's round. With the former alone, replies that settle one by one would leave one by one.
 */
export class SocketPipe implements ConnectedPipe {
  readonly peer: Peer;
  readonly closed: Promise<void>;
  readonly #socket: DuplexStream;
  /** Whether what the kernel takes at once is done with. TLS and other streams may keep what they are given. */
  readonly #isPlainSocket: boolean;
  readonly #checkFirstBytes: FirstBytesCheck | undefined;
  readonly #reads: SocketReads | undefined;
  readonly #flush: () => void;
  #tls: TlsFacts | undefined;
  #listener: PipeListener | undefined;
  #hasReceived = false;
  #isReadTurn = false;
  #isDrainAwaited = false;
  #isOver = false;
  #reason = "the peer closed the connection";
  #lingering: NodeJS.Timeout | undefined;

  /** @param socket connected already */
  constructor(socket: DuplexStream, { peer, checkFirstBytes, reads }: SocketPipeParts = {}) {
    this.#socket = socket;
    this.#isPlainSocket = socket instanceof Socket && !(socket instanceof TLSSocket);
    this.peer = peer ?? new SocketPeer(describePeer(socket), socket);
    this.#checkFirstBytes = checkFirstBytes;
    this.#reads = reads;
    this.#flush = () => {
      this.#isReadTurn = false;
      this.#listener?.flush();
    };
    if (socket instanceof Socket) socket.setNoDelay(true);
    socket.on("error", (error) => {
      this.#reason = describeSocketError(error);
    });
    this.closed = new Promise((resolve) => {
      socket.on("close", () => {
        clearTimeout(this.#lingering);
        this.#end(this.#reason);
        resolve();
      });
    });
  }

  get localAddress(): string | undefined {
    const socket = this.#socket;
    return socket instanceof Socket ? formatPeer(true, socket.localAddress, socket.localPort) : undefined;
  }

  get tls(): TlsFacts | undefined {
    const socket = this.#socket;
    if (!(socket instanceof TLSSocket)) return undefined;
    // A client's socket gives the peer's certificate once, and then no more.
    this.#tls ??= {
      ...readTlsSession(socket),
      localCertificate: socket.getX509Certificate()?.raw,
      remoteCertificate: socket.getPeerX509Certificate()?.raw,
    };
    return this.#tls;
  }

  get isPrivate(): boolean {
    const socket = this.#socket;
    // A unix socket has no address of its own kind, nor a port. Of other streams nothing is known.
    return socket instanceof TLSSocket || (socket instanceof Socket && /^unix(?:-abstract)?:/.test(this.peer.address));
  }

  attach(listener: PipeListener): void {
    this.#listener = listener;
    const socket = this.#socket;
    if (socket.destroyed) {
      this.#isOver = true;
      process.nextTick(() => listener.onPipeEnd(this.#reason));
      return;
    }
    socket.on("drain", () => this.#onDrain());
    socket.on("end", () => {
      this.#end(this.#reason);
      // A stream of the caller's may be half open by default.
      this.end();
    });
    const onData = (chunk: Uint8Array): void => this.#onData(chunk);
    const reads = this.#reads;
    if (reads === undefined) {
      socket.on("data", onData);
      return;
    }
    // Something may have come already, and is not to be heard in the middle of this.
    process.nextTick(() => {
      reads.listen(onData);
      socket.resume();
    });
  }

  write(segment: Uint8Array, length: number, onFree?: (segment: Uint8Array) => void): boolean {
    const socket = this.#socket;
    if (!socket.writable) return true;
    const bytes = length === segment.length ? segment : segment.subarray(0, length);
    if (onFree !== undefined && this.#isPlainSocket && length > COPIED_BYTES) {
      let isFree = false;
      (socket as Socket).write(bytes, (error) => {
        if (!isFree && (error === undefined || error === null)) onFree(segment);
      });
      this.#pauseIfDeaf();
      // Callbacks come late: a handler that streams goes on in microtasks, before them.
      isFree = socket.writableLength === 0;
      return isFree;
    }
    if (length <= COPIED_BYTES && (!this.#isPlainSocket || socket.writableLength > 0)) {
      this.#send(Buffer.from(bytes));
      return true;
    }
    this.#send(bytes);
    return this.#isPlainSocket && socket.writableLength === 0;
  }

  writeOwned(bytes: Uint8Array): void {
    if (this.#socket.writable) this.#send(bytes);
  }

  requestFlush(): void {
    if (this.#isReadTurn) process.nextTick(this.#flush);
    else setImmediate(this.#flush);
  }

  get congested(): boolean {
    const isCongested = this.#socket.writableLength > CONGESTED_BYTES;
    if (isCongested) this.#isDrainAwaited = true;
    return isCongested;
  }

  end(): void {
    const socket = this.#socket;
    if (socket.destroyed || this.#lingering !== undefined) return;
    this.#linger(FINISH_MS);
    socket.end(() => {
      if (!socket.destroyed) this.#linger(LINGER_MS);
    });
    socket.resume();
  }

  destroy(): void {
    if (!this.#socket.destroyed) this.#reason = "the connection was closed on this side";
    this.#socket.destroy();
  }

  ref(): void {
    if (this.#socket instanceof Socket) this.#socket.ref();
  }

  unref(): void {
    if (this.#socket instanceof Socket) this.#socket.unref();
  }

  #onData(chunk: Uint8Array): void {
    if (this.#isOver) return;
    if (!this.#hasReceived) {
      this.#hasReceived = true;
      const problem = this.#checkFirstBytes?.(chunk);
      if (problem !== undefined) {
        this.#end(problem);
        this.destroy();
        return;
      }
    }
    this.#isReadTurn = true;
    this.#listener?.receive(chunk);
  }

  #send(bytes: Uint8Array): void {
    this.#socket.write(bytes);
    this.#pauseIfDeaf();
  }

  #pauseIfDeaf(): void {
    if (this.#socket.writableLength > DEAF_PEER_BYTES) this.#socket.pause();
  }

  #onDrain(): void {
    if (this.#socket.isPaused()) this.#socket.resume();
    if (!this.#isDrainAwaited) return;
    this.#isDrainAwaited = false;
    this.#listener?.onDrain();
  }

  #end(reason: string): void {
    if (this.#isOver || this.#listener === undefined) return;
    this.#isOver = true;
    const problem = this.#hasReceived ? undefined : this.#checkFirstBytes?.(NO_BYTES);
    this.#listener.onPipeEnd(problem ?? reason);
  }

  /** Gives the socket so long to close by itself. */
  #linger(ms: number): void {
    clearTimeout(this.#lingering);
    this.#lingering = setTimeout(() => this.#socket.destroy(), ms);
    this.#lingering.unref();
  }
}

function describePeer(socket: DuplexStream): string {
  if (!(socket instanceof Socket)) return "stream";
  return formatPeer(true, socket.remoteAddress, socket.remotePort);
}

function formatPeer(isSocket: boolean, address: string | undefined, port: number | undefined): string {
  if (address === undefined || port === undefined) return isSocket ? "unix:" : "stream";
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}
