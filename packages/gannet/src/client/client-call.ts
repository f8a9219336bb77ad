import type { Metadata } from "../core/index.ts";

/** A call under way, of whichever kind. */
export interface ClientCall {
  /**
   * What the server sent before its first message. Rejects only where none came, as the call failed before. Need not be
   * handled: it never becomes an unhandled rejection.
   */
  readonly header: Promise<Metadata>;
  /** What the server sent behind its last message. Never rejects; empty where none came. */
  readonly trailer: Promise<Metadata>;
  /** The address of the server; undefined while there is none. */
  readonly peer: string | undefined;
  /**
   * Ends the call with CANCELLED, here and on the server. Replies not yet taken are dropped. Does nothing once the call
   * has ended.
   *
   * @param reason what the error of the call has as its `cause`
   */
  cancel(reason?: unknown): void;
}

/** A reply, and what came around it. */
export interface Response<O> {
  readonly message: O;
  readonly header: Metadata;
  readonly trailer: Metadata;
}

/**
 * A call with one reply: await it, or use it wherever a promise is taken. A failure that nobody asks about stays silent.
 */
export interface UnaryCall<O> extends ClientCall, Promise<O> {
  /** The reply with its header and trailer. Rejects as the call does. */
  readonly response: Promise<Response<O>>;
  catch<B = never>(onError?: ((error: unknown) => B | PromiseLike<B>) | null): Promise<O | B>;
  finally(onSettled?: (() => void) | null): Promise<O>;
}

/**
 * A call with several replies: iterate over it, once. They come no faster than they are taken. Leaving the loop cancels
 * the call.
 */
export interface ServerStreamCall<O> extends ClientCall, AsyncIterableIterator<O> {
  /** The messages of one read together, instead of one by one: for many small messages. */
  batches(): AsyncIterable<readonly O[]>;
}

/** What may be said of one request that is sent by hand. */
export interface SendOptions {
  /**
   * False for a request that stays as it is in a call that compresses, as it would not become smaller, or holds a secret.
   *
   * @default as the call does
   */
  readonly compress?: boolean | undefined;
}

/** The requests of a call, sent by hand. */
export interface Sender<I> {
  /**
   * Sends a request. Await it, so as not to send faster than the wire. False once the call has ended, or `end` was
   * called; rejects only for a message that cannot be encoded, or is larger than `maxSendBytes`, and the call goes on then.
   */
  send(message: I, options?: SendOptions): Promise<boolean>;
  /** Says that no further request comes. */
  end(): void;
}

/**
 * A call with one reply whose requests are sent by hand. It is not thenable, so that an async function can return it.
 */
export interface ClientStreamCall<I, O> extends ClientCall, Sender<I> {
  /** The reply. The server may answer before `end`. */
  result(): Promise<O>;
  /** The reply with its header and trailer. Rejects as the call does. */
  readonly response: Promise<Response<O>>;
}

/** A call with several replies whose requests are sent by hand. */
export interface BidiStreamCall<I, O> extends ServerStreamCall<O>, Sender<I> {}
