import { HpackDecoder } from "../../http2/index.ts";
import { type ConnectedPipe, createMemoryPipes, type DuplexStream, SocketPipe } from "../../net/index.ts";
import type { Server } from "../../server/index.ts";
import { PREFACE, settings, settingsAck } from "./frames.ts";
import { type PeerFrame, PeerFrameReader } from "./peer-frame.ts";

/** What frames a test mostly does not wait for. */
const IN_PASSING: ReadonlySet<string> = new Set(["SETTINGS", "WINDOW_UPDATE", "PING"]);

/**
 * One end of an HTTP/2 connection that is the test itself: it says frames, right or wrong, and sees those that come. It
 * answers nothing by itself, whatever the specification asks for; windows, pings and settings are the test's. One frame is
 * waited for at a time.
 */
export class Http2Peer {
  readonly role: "client" | "server";
  /** The reason for people. Never rejects. */
  readonly ended: Promise<string>;
  readonly #pipe: ConnectedPipe;
  readonly #reader = new PeerFrameReader(new HpackDecoder({ tableBytes: 4096, maxListBytes: 1e9, maxFields: 1e6 }));
  /** Of the client's preface, how much is still to come. */
  #prefaceBytes: number;
  #came: PeerFrame[] = [];
  #bytes: Uint8Array[] = [];
  #endReason: string | undefined;
  #onEvent: () => void = () => {};

  private constructor(pipe: ConnectedPipe, role: "client" | "server") {
    this.role = role;
    this.#pipe = pipe;
    this.#prefaceBytes = role === "server" ? PREFACE.length : 0;
    this.ended = new Promise((resolve) => {
      pipe.attach({
        receive: (chunk) => this.#receive(chunk),
        flush() {},
        onDrain() {},
        onPipeEnd: (reason) => {
          this.#endReason = reason;
          resolve(reason);
          this.#onEvent();
        },
      });
    });
  }

  /** A client of a server in this process. It has said nothing yet. */
  static connect(server: Pick<Server, "serve">): Http2Peer {
    const [near, far] = createMemoryPipes();
    server.serve(far);
    return new Http2Peer(near, "client");
  }

  /** Either end of a stream that is connected, such as a socket. */
  static over(stream: DuplexStream | ConnectedPipe, role: "client" | "server"): Http2Peer {
    return new Http2Peer("attach" in stream ? stream : new SocketPipe(stream), role);
  }

  /** Whether the connection has ended. */
  get isEnded(): boolean {
    return this.#endReason !== undefined;
  }

  /** Sends bytes, all of them at once: frames of `frames`, or anything else. */
  send(...bytes: readonly Uint8Array[]): this {
    this.#pipe.writeOwned(Buffer.concat(bytes));
    return this;
  }

  /**
   * Says what a connection begins with, and waits until both sides have taken each other's settings.
   *
   * @param pairs settings by number and value
   * @throws Error where something else comes
   */
  async greet(...pairs: readonly (readonly [id: number, value: number])[]): Promise<this> {
    this.send(...(this.role === "client" ? [PREFACE] : []), settings(...pairs));
    await this.expect("SETTINGS");
    this.send(settingsAck);
    await this.expect("SETTINGS ack");
    return this;
  }

  /**
   * Waits for the next frame, whatever it is.
   *
   * @throws Error where the connection ends instead
   */
  async next(): Promise<PeerFrame> {
    return await this.#take(() => true, "a frame");
  }

  /**
   * Waits for a frame by its text, or the beginning of it in whole words: `HEADERS 1`, `RST_STREAM 1 CANCEL`, `GOAWAY`.
   * SETTINGS, WINDOW_UPDATE and PING are passed over unless they are what is waited for.
   *
   * @throws Error where another frame comes, or the connection ends
   */
  async expect(text: string): Promise<PeerFrame> {
    const [wanted = ""] = text.split(" ");
    const frame = await this.#take(({ type }) => type === wanted || !IN_PASSING.has(type), text);
    if (frame.text === text || frame.text.startsWith(`${text} `)) return frame;
    throw new Error(`expected ${text}, and ${frame.text} came`);
  }

  /** Takes all frames that have come, without waiting. */
  take(): PeerFrame[] {
    return this.#came.splice(0);
  }

  /** Takes the bytes that have come, frames or not, without waiting. */
  takeBytes(): Uint8Array {
    return Buffer.concat(this.#bytes.splice(0));
  }

  /** Ends the connection once what was sent has left. */
  end(): void {
    this.#pipe.end();
  }

  /** Ends the connection now. */
  destroy(): void {
    this.#pipe.destroy();
  }

  async #take(isWanted: (frame: PeerFrame) => boolean, what: string): Promise<PeerFrame> {
    for (;;) {
      for (let frame = this.#came.shift(); frame !== undefined; frame = this.#came.shift()) {
        if (isWanted(frame)) return frame;
      }
      if (this.#endReason !== undefined)
        throw new Error(`expected ${what}, and the connection ended: ${this.#endReason}`);
      await new Promise<void>((resolve) => {
        this.#onEvent = resolve;
      });
    }
  }

  #receive(chunk: Uint8Array): void {
    this.#bytes.push(new Uint8Array(chunk));
    const skipped = Math.min(this.#prefaceBytes, chunk.length);
    this.#prefaceBytes -= skipped;
    this.#came.push(...this.#reader.read(chunk.subarray(skipped)));
    this.#onEvent();
  }
}
