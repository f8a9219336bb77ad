import type { DescMethod } from "@bufbuild/protobuf";
import { type ChildCall, GrpcError, Metadata, type ParentCall, type Peer } from "../core/index.ts";
import type { Http2ServerCall } from "./http2-server-call.ts";
import { sealHeader } from "./seal-header.ts";

/** The call as a handler holds it. All that costs something is made when it is asked for. */
export class HandlerCall implements ParentCall {
  readonly #call: Http2ServerCall;
  #metadata: Metadata | undefined;
  #controller: AbortController | undefined;
  /** Calls that were made for this one, and are under way. */
  #children: Set<ChildCall> | undefined;
  isHandlerRunning = true;
  /** Why nobody waits for the handler any more, be it that the call is over or that an interceptor has answered it. */
  #abortError: GrpcError | undefined;

  constructor(call: Http2ServerCall) {
    this.#call = call;
  }

  get method(): DescMethod {
    return this.#call.route.method;
  }

  get path(): string {
    return this.#call.head.path;
  }

  get metadata(): Metadata {
    this.#metadata ??= this.#call.head.metadata();
    return this.#metadata;
  }

  get header(): Metadata {
    if (this.#call.header === undefined) {
      this.#call.header = new Metadata();
      if (this.#call.isHeaderSent) sealHeader(this.#call.header);
    }
    return this.#call.header;
  }

  get trailer(): Metadata {
    this.#call.trailer ??= new Metadata();
    return this.#call.trailer;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      const { abortError } = this;
      if (abortError !== undefined) this.#controller.abort(abortError);
    }
    return this.#controller.signal;
  }

  get active(): boolean {
    return this.#call.abortError === undefined && !this.#call.isEnded;
  }

  get deadline(): Date | undefined {
    const remaining = this.timeRemainingMs();
    return remaining === undefined ? undefined : new Date(Date.now() + remaining);
  }

  get peer(): Peer {
    return this.#call.connection.peer;
  }

  get format(): "proto" | "json" {
    return this.#call.head.contentType?.format ?? "proto";
  }

  get compress(): boolean {
    return this.#call.compression.isWanted;
  }

  set compress(value: boolean) {
    this.#call.compression.compress = value;
  }

  wasCompressed(request: object): boolean {
    return this.#call.compression.wasCompressed(request);
  }

  timeRemainingMs(): number | undefined {
    const { deadline, connection } = this.#call;
    return deadline === undefined ? undefined : Math.max(0, deadline - connection.deadlines.now());
  }

  sendHeader(): void {
    this.#call.sendHeader();
  }

  cancel(): void {
    this.#call.fail(new GrpcError("CANCELLED", "the server cancelled the call"));
  }

  get abortError(): GrpcError | undefined {
    return this.#abortError ?? this.#call.abortError;
  }

  adopt(child: ChildCall): void {
    this.#children ??= new Set();
    this.#children.add(child);
  }

  release(child: ChildCall): void {
    this.#children?.delete(child);
  }

  /** Called when the call ends before its handler has. */
  abort(error: GrpcError): void {
    this.#abortError = error;
    this.#controller?.abort(error);
    if (this.#children === undefined) return;
    for (const child of [...this.#children]) child.onParentEnd(error);
  }
}
