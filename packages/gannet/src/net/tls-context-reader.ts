import { misuse } from "../core/index.ts";
import { createTlsContext, type TlsContext } from "./tls-context.ts";
import { isSameIdentity, type TlsIdentity, type TlsIdentitySource } from "./tls-identity.ts";

/** Hears how an identity changes. */
export interface IdentityListener {
  /**
   * New connections have this identity from now on. Not told of the first.
   *
   * @param subject of our own certificate; undefined without one
   */
  onIdentityChanged?(source: string, subject: string | undefined, validTo: Date | undefined): void;
  /** What a source gave cannot be used: new connections keep the identity before it. Told once for each problem. */
  onIdentityRefused?(source: string, message: string): void;
}

/**
 * The identity of new connections: what a source tells, as long as that can be used. Without a source it is what it was
 * made with.
 */
export class TlsContextReader {
  readonly #source: () => TlsIdentity | Promise<TlsIdentity>;
  /** Made before, and never another. */
  readonly #fixed: TlsContext | undefined;
  readonly #name: string;
  readonly #listener: IdentityListener;
  readonly #create: (identity: TlsIdentity) => TlsContext;
  #current: TlsContext | undefined;
  /** What the source gave last, whether it was taken or not. */
  #last: TlsIdentity | undefined;
  #problem: string | undefined;
  #reading: Promise<TlsContext> | undefined;

  /** @param create throws for an identity that does not do */
  constructor(
    source: TlsIdentitySource | TlsContext,
    listener: IdentityListener = {},
    create: (identity: TlsIdentity) => TlsContext = createTlsContext,
  ) {
    this.#listener = listener;
    this.#create = create;
    if ("context" in source) {
      this.#fixed = source;
      this.#source = () => source.identity;
      this.#name = "";
      return;
    }
    this.#name = (typeof source === "function" ? undefined : source.name) ?? "identity";
    this.#source = typeof source === "function" ? source : () => source.current();
  }

  /**
   * The identity for a connection that is made now. A promise only where the source gives one.
   *
   * @throws Error where there is none, and was none before
   */
  current(): TlsContext | Promise<TlsContext> {
    if (this.#reading !== undefined) return this.#reading;
    if (this.#fixed !== undefined) return this.#fixed;
    let given: TlsIdentity | Promise<TlsIdentity>;
    try {
      given = this.#source();
    } catch (error) {
      return this.#refuse(error);
    }
    if (!isPromise(given)) return this.#take(given);
    const reading = given.then(
      (identity) => this.#take(identity),
      (error: unknown) => this.#refuse(error),
    );
    this.#reading = reading.finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  /** Makes a new context next time, though the source may give the same. */
  renew(): void {
    this.#last = undefined;
  }

  #take(identity: TlsIdentity): TlsContext {
    const current = this.#current;
    if (current !== undefined && this.#last !== undefined && isSameIdentity(identity, this.#last)) return current;
    this.#last = identity;
    let context: TlsContext;
    try {
      if (typeof identity !== "object" || identity === null) {
        throw misuse(
          TypeError,
          "GANNET_INVALID_OPTION",
          `tls: an identity is { cert, key, ca }, not ${String(identity)}`,
        );
      }
      context = this.#create(identity);
    } catch (error) {
      return this.#refuse(error);
    }
    this.#current = context;
    this.#problem = undefined;
    if (current !== undefined) this.#listener.onIdentityChanged?.(this.#name, context.subject, context.validTo);
    return context;
  }

  #refuse(error: unknown): TlsContext {
    const what = error instanceof Error ? error.message : String(error);
    if (this.#current === undefined) {
      const problem = error instanceof TypeError ? error : new Error(`tls: ${this.#name}: ${what}`, { cause: error });
      throw problem;
    }
    if (what !== this.#problem) this.#listener.onIdentityRefused?.(this.#name, what);
    this.#problem = what;
    return this.#current;
  }
}

function isPromise(value: unknown): value is Promise<TlsIdentity> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}
