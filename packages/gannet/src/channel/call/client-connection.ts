import type { Codecs } from "../../codec/index.ts";
import type { DeadlineScheduler } from "../../core/index.ts";
import { HeaderTemplate, type Http2Connection } from "../../http2/index.ts";
import { ConnectionCounts } from "../../observe/index.ts";
import { JSON_TYPE, type MessageFormat, type MessageSettings, PROTO_TYPE, SpareBuffer } from "../../protocol/index.ts";

/** Headers of more paths are not kept: a proxy calls whatever its clients think of. */
const MAX_KEPT_HEADERS = 1000;

/** What a connection to a server is made of. */
export interface ClientConnectionInit {
  readonly http2: Http2Connection;
  /** The address of the server, for people. */
  readonly peer: string;
  readonly authority: string;
  /**
   * Whether credentials may be sent: nobody on the way can read them.
   *
   * @default false
   */
  readonly isPrivate?: boolean | undefined;
  readonly scheme: "http" | "https";
  readonly deadlines: DeadlineScheduler;
  readonly codecs: Codecs;
  readonly format: MessageFormat;
  readonly messages: MessageSettings;
  readonly userAgent: string;
}

/** A connection to a server, as calls see it. */
export class ClientConnection {
  readonly http2: Http2Connection;
  readonly peer: string;
  readonly deadlines: DeadlineScheduler;
  readonly codecs: Codecs;
  readonly counts: ConnectionCounts;
  readonly format: MessageFormat;
  readonly messages: MessageSettings;
  /** What replies in pieces are put together in. */
  readonly spare: SpareBuffer = new SpareBuffer();
  readonly #init: ClientConnectionInit;
  readonly #headers = new Map<string, HeaderTemplate>();
  readonly #compressedHeaders = new Map<string, HeaderTemplate>();

  constructor(init: ClientConnectionInit) {
    this.http2 = init.http2;
    this.peer = init.peer;
    this.deadlines = init.deadlines;
    this.codecs = init.codecs;
    this.counts = new ConnectionCounts(init.deadlines);
    this.format = init.format;
    this.messages = init.messages;
    this.#init = init;
  }

  get authority(): string {
    return this.#init.authority;
  }

  get isPrivate(): boolean {
    return this.#init.isPrivate === true;
  }

  /**
   * What the header of every request to this path has. `te` is sent always: some servers do not answer without.
   *
   * @param encoding what the requests are compressed with; undefined where they are not
   */
  headerFor(path: string, encoding?: string | undefined): HeaderTemplate {
    // There is one encoding: the first that the channel has.
    const headers = encoding === undefined ? this.#headers : this.#compressedHeaders;
    let header = headers.get(path);
    if (header === undefined) {
      header = new HeaderTemplate(this.#fieldsFor(path, encoding));
      if (headers.size >= MAX_KEPT_HEADERS) headers.clear();
      headers.set(path, header);
    }
    return header;
  }

  #fieldsFor(path: string, encoding: string | undefined): [string, string][] {
    const fields: [string, string][] = [
      [":method", "POST"],
      [":scheme", this.#init.scheme],
      [":path", path],
      [":authority", this.#init.authority],
      ["te", "trailers"],
      ["content-type", (this.format === "json" ? JSON_TYPE : PROTO_TYPE).text],
      ["user-agent", this.#init.userAgent],
      ["grpc-accept-encoding", this.messages.compressors.acceptEncoding],
    ];
    if (encoding !== undefined) fields.push(["grpc-encoding", encoding]);
    return fields;
  }
}
