import {
  type HeaderList,
  HeaderTemplate,
  Http2Code,
  type Http2Connection,
  type Http2Stream,
  type StreamReset,
  type StreamSink,
} from "../http2/index.ts";
import type { HttpHandler, HttpRequest, HttpResponse } from "./http-request.ts";

/** A larger body is refused with 413: what a server of gRPC answers beside that is small. */
const MAX_BODY_BYTES = 64 * 1024;
const NO_BYTES = new Uint8Array(0);
const encoder = new TextEncoder();

/** Who is told of an exchange. */
export interface HttpExchangeOwner {
  /** It is over. */
  onExchangeEnd(): void;
  /** The handler threw something. */
  onHttpFailure(error: unknown): void;
}

/** A request that is not gRPC's, and its answer. */
export class HttpExchange implements StreamSink {
  readonly #http2: Http2Connection;
  readonly #stream: Http2Stream;
  readonly #handler: HttpHandler;
  readonly #owner: HttpExchangeOwner;
  /** How such a request is refused. */
  readonly #refusal: HttpResponse;
  #list: HeaderList | undefined;
  readonly #pieces: Uint8Array[] = [];
  #bodyBytes = 0;
  #isAnswered = false;

  constructor(
    http2: Http2Connection,
    stream: Http2Stream,
    handler: HttpHandler,
    refusal: HttpResponse,
    owner: HttpExchangeOwner,
  ) {
    this.#http2 = http2;
    this.#stream = stream;
    this.#handler = handler;
    this.#refusal = refusal;
    this.#owner = owner;
  }

  onHeaders(list: HeaderList, endStream: boolean): void {
    this.#list ??= list;
    if (endStream) this.#handle();
  }

  onData(bytes: Uint8Array, start: number, end: number, endStream: boolean): void {
    if (this.#isAnswered) {
      this.#http2.release(this.#stream, end - start);
      return;
    }
    this.#bodyBytes += end - start;
    if (this.#bodyBytes > MAX_BODY_BYTES) {
      this.#answer({ status: 413, body: `a body may have ${MAX_BODY_BYTES} bytes here\n` });
      return;
    }
    this.#pieces.push(Uint8Array.prototype.slice.call(bytes, start, end));
    if (endStream) this.#handle();
    else this.#http2.putAside(this.#stream);
  }

  onReset(_: StreamReset): void {
    if (this.#isAnswered) return;
    this.#isAnswered = true;
    this.#owner.onExchangeEnd();
  }

  onWritable(): void {}

  #handle(): void {
    if (this.#isAnswered) return;
    this.#http2.release(this.#stream, this.#bodyBytes);
    void this.#run();
  }

  async #run(): Promise<void> {
    let response: HttpResponse | undefined;
    try {
      response = await this.#handler(this.#request());
      this.#answer(response ?? this.#refusal);
    } catch (error) {
      this.#owner.onHttpFailure(error);
      this.#answer({ status: 500 });
    }
  }

  #request(): HttpRequest {
    const headers: Record<string, string> = Object.create(null);
    let [method, path] = ["", ""];
    for (const { name, value } of this.#list?.fields ?? []) {
      if (name === ":method") method = value;
      else if (name === ":path") path = value;
      else if (name === ":authority") headers["host"] ??= value;
      else if (!name.startsWith(":")) headers[name] = name in headers ? `${headers[name]}, ${value}` : value;
    }
    return { method, path, headers, body: Buffer.concat(this.#pieces) };
  }

  /** @throws TypeError for a header that HTTP does not allow */
  #answer({ status = 200, headers = {}, body = NO_BYTES }: HttpResponse): void {
    if (this.#isAnswered) return;
    const bytes = typeof body === "string" ? encoder.encode(body) : Uint8Array.from(body);
    const fields = fieldsOf(status, headers, bytes.length, typeof body === "string");
    this.#isAnswered = true;
    const http2 = this.#http2;
    const hasBody = bytes.length > 0 && this.#list?.get(":method") !== "HEAD";
    http2.sendHeaders(this.#stream, new HeaderTemplate(fields), !hasBody);
    if (hasBody) http2.sendOwned(this.#stream, bytes, true);
    http2.endEarly(this.#stream, Http2Code.NoError);
    this.#owner.onExchangeEnd();
  }
}

function fieldsOf(
  status: number,
  headers: Readonly<Record<string, string>>,
  byteLength: number,
  isText: boolean,
): [string, string][] {
  if (!Number.isInteger(status) || status < 200 || status > 599) {
    throw new TypeError(`the status of a response is 200 to 599, not ${status}`);
  }
  const fields = new Map<string, string>([["content-length", String(byteLength)]]);
  if (isText) fields.set("content-type", "text/plain; charset=utf-8");
  for (const [name, value] of Object.entries(headers)) {
    if (!/^[0-9A-Za-z!#$%&'*+.^_`|~-]+$/.test(name) || !/^[\t\x20-\x7e]*$/.test(value)) {
      throw new TypeError(`${JSON.stringify(name)}: ${JSON.stringify(value)} is no header of HTTP`);
    }
    fields.set(name.toLowerCase(), value);
  }
  return [[":status", String(status)], ...fields];
}
