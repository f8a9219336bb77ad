import {
  type CallEnd,
  type CallObserver,
  type CallWriter,
  type ChildCall,
  GrpcError,
  Metadata,
  type ReceivedMetadata,
  type ServerCall,
  textOfThrown,
} from "../core/index.ts";
import type { CallStart } from "./call-start.ts";
import type { CallTarget } from "./call-target.ts";
import type { ClientCall } from "./client-call.ts";
import { Deferred } from "./deferred.ts";
import { endedWith, linkToParent, type ParentLink, parentEnded, withDeadlineOf } from "./parentage.ts";
import type { AbortLink } from "./shared-signals.ts";

/** Whatever brings the requests of a call in which the client streams. */
export interface RequestSource {
  /** The call has begun. */
  begin(writer: CallWriter): void;
  onWritable(): void;
  /** No request is wanted any more. Comes without `begin` where a call ends before it has begun. */
  onEnd(): void;
}

/**
 * What calls of all kinds have in common. The object that the caller holds is also the one that hears of the call:
 * there is no other, and no promise either until somebody asks for one.
 */
export abstract class ObservedCall implements CallObserver, ClientCall, ChildCall {
  #writer: CallWriter | undefined;
  #requests: RequestSource | undefined;
  #abortLink: AbortLink | undefined;
  #parent: ServerCall | undefined;
  #parentLink: ParentLink | undefined;
  #receivedHeader: ReceivedMetadata | undefined;
  #end: CallEnd | undefined;
  #header: Deferred<Metadata> | undefined;
  #trailer: Deferred<Metadata> | undefined;

  /**
   * Starts the call.
   *
   * @returns what drives it; undefined where it has ended already
   */
  protected begin(target: CallTarget, start: CallStart, requests?: RequestSource): CallWriter | undefined {
    this.#requests = requests;
    const { signal } = start;
    if (signal?.aborted === true) {
      this.onEnd({ error: cancelled(signal.reason), trailer: undefined });
      return undefined;
    }
    if (start.isExpired) {
      const error = new GrpcError("DEADLINE_EXCEEDED", "the call had no time at all: its timeoutMs is 0");
      this.onEnd({ error, trailer: undefined });
      return undefined;
    }
    const parent = start.parent === undefined ? target.ambient?.current() : start.parent;
    if (parent !== undefined && parent !== null) return this.#beginFor(parent, target, start);
    return this.#start(target, start);
  }

  /** Starts it for a server call. */
  #beginFor(parent: ServerCall, target: CallTarget, start: CallStart): CallWriter | undefined {
    const error = endedWith(parent);
    if (error !== undefined) {
      this.onEnd({ error, trailer: undefined });
      return undefined;
    }
    const writer = this.#start(target, withDeadlineOf(parent, start, target.transport.clock));
    if (writer === undefined) return undefined;
    this.#parent = parent;
    this.#parentLink = linkToParent(parent, this, target.signals);
    return writer;
  }

  #start(target: CallTarget, start: CallStart): CallWriter | undefined {
    const { signal } = start;
    const writer = target.transport.start(target.method, start, this);
    this.#writer = writer;
    if (this.#end !== undefined) return undefined;
    if (signal !== undefined) this.#abortLink = target.signals.link(signal, this);
    return writer;
  }

  /** How the call ended; undefined while it has not. */
  protected get callEnd(): CallEnd | undefined {
    return this.#end;
  }

  protected get writer(): CallWriter | undefined {
    return this.#writer;
  }

  // ---- for the caller -----------------------------------------------------------------

  get header(): Promise<Metadata> {
    if (this.#header === undefined) {
      this.#header = new Deferred();
      if (this.#receivedHeader !== undefined) this.#header.resolve(this.#receivedHeader.metadata());
      else if (this.#end !== undefined) settleWithoutHeader(this.#header, this.#end);
    }
    return this.#header.promise;
  }

  get trailer(): Promise<Metadata> {
    if (this.#trailer === undefined) {
      this.#trailer = new Deferred();
      if (this.#end !== undefined) this.#trailer.resolve(trailerOf(this.#end));
    }
    return this.#trailer.promise;
  }

  get peer(): string | undefined {
    return this.#writer?.peer;
  }

  cancel(reason?: unknown): void {
    this.cancelWith(cancelled(reason));
  }

  onParentEnd(reason: unknown): void {
    if (this.#parent !== undefined) this.cancelWith(parentEnded(this.#parent, reason));
  }

  /** Ends the call with an error. */
  protected cancelWith(error: GrpcError): void {
    if (this.#end === undefined) this.#writer?.cancel(error);
  }

  // ---- from the transport -------------------------------------------------------------

  onHeader(header: ReceivedMetadata): void {
    this.#receivedHeader = header;
    this.#header?.resolve(header.metadata());
  }

  abstract onMessage(message: object): void;

  onWritable(): void {
    this.#requests?.onWritable();
  }

  onEnd(end: CallEnd): void {
    this.#end = end;
    this.#abortLink?.release(this);
    this.#parentLink?.release(this);
    if (this.#receivedHeader === undefined && this.#header !== undefined) settleWithoutHeader(this.#header, end);
    this.#trailer?.resolve(trailerOf(end));
    this.#requests?.onEnd();
  }
}

function settleWithoutHeader(header: Deferred<Metadata>, { error }: CallEnd): void {
  if (error === undefined) header.resolve(new Metadata());
  else header.fail(error);
}

function trailerOf({ trailer }: CallEnd): Metadata {
  return trailer?.metadata() ?? new Metadata();
}

function cancelled(reason: unknown): GrpcError {
  const text = typeof reason === "string" || isError(reason) ? textOfThrown(reason) : "";
  return new GrpcError("CANCELLED", text === "" ? "the call was cancelled" : `the call was cancelled: ${text}`, {
    cause: reason,
  });
}

function isError(reason: unknown): boolean {
  try {
    return reason instanceof Error;
  } catch {
    // A proxy may throw at whatever it is asked.
    return false;
  }
}
