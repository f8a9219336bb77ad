import type { CodecCache } from "../../codec/index.ts";
import type { DeadlineScheduler } from "../../core/index.ts";
import { HeaderTemplate, type Http2Connection } from "../../http2/index.ts";
import { ConnectionCounts } from "../../observe/index.ts";

/** What a connection to a server is made of. */
export interface ClientConnectionInit {
  readonly http2: Http2Connection;
  /** The address of the server, for people. */
  readonly peer: string;
  readonly authority: string;
  readonly scheme: "http" | "https";
  readonly deadlines: DeadlineScheduler;
  readonly codecs: CodecCache;
  readonly maxReceiveBytes: number;
  readonly userAgent: string;
}

/** A connection to a server, as calls see it. */
export class ClientConnection {
  readonly http2: Http2Connection;
  readonly peer: string;
  readonly deadlines: DeadlineScheduler;
  readonly codecs: CodecCache;
  readonly maxReceiveBytes: number;
  readonly counts: ConnectionCounts;
  readonly #init: ClientConnectionInit;
  readonly #headers = new Map<string, HeaderTemplate>();

  constructor(init: ClientConnectionInit) {
    this.http2 = init.http2;
    this.peer = init.peer;
    this.deadlines = init.deadlines;
    this.codecs = init.codecs;
    this.maxReceiveBytes = init.maxReceiveBytes;
    this.counts = new ConnectionCounts(init.deadlines);
    this.#init = init;
  }

  /** What the header of every request to this path has. `te` is sent always: some servers do not answer without. */
  headerFor(path: string): HeaderTemplate {
    let header = this.#headers.get(path);
    if (header === undefined) {
      header = new HeaderTemplate([
        [":method", "POST"],
        [":scheme", this.#init.scheme],
        [":path", path],
        [":authority", this.#init.authority],
        ["te", "trailers"],
        ["content-type", "application/grpc"],
        ["user-agent", this.#init.userAgent],
      ]);
      this.#headers.set(path, header);
    }
    return header;
  }
}
