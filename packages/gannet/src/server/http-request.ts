/** A request that is not gRPC's. */
export interface HttpRequest {
  /** `GET`, `HEAD`, `POST` and so on. */
  readonly method: string;
  /** With the query, as it came: `/healthz?verbose`. */
  readonly path: string;
  /** By their names in lower case. Several of one name are joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** Empty where there is none. */
  readonly body: Uint8Array;
}

/** What it is answered with. */
export interface HttpResponse {
  /** @default 200 */
  readonly status?: number | undefined;
  /** `content-length` is added, and `content-type: text/plain; charset=utf-8` for a text where none is given. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** @default nothing */
  readonly body?: string | Uint8Array | undefined;
}

/**
 * Answers requests that are not gRPC's. Undefined refuses one as a server without it does: with 405 or 415.
 */
export type HttpHandler = (request: HttpRequest) => HttpResponse | undefined | PromiseLike<HttpResponse | undefined>;
