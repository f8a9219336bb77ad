import { misuse } from "../core/index.ts";
import { createTlsContext, type TlsContext } from "./tls-context.ts";
import { isSameIdentity, type TlsIdentity, type TlsIdentitySource } from "./tls-identity.ts";

/** How long a source is waited for where there is an identity to go on with. */
const PATIENCE_MS = 2_000;

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
  readonly #patienceMs: number;
  #current: TlsContext | undefined;
  /** What the source gave last, whether it was taken or not. */
  #last: TlsIdentity | undefined;
  #problem: string | undefined;
  #reading: Promise<TlsContext> | undefined;
  /** Which question to the source is the newest, and to which the newest answer was. */
  #asked = 0;
  #answered = 0;

  /**
   * @param create throws for an identity that does not do
   * @param patienceMs Milliseconds for a source to answer, before the identity stays as it was; it is asked again for the
   *   next connection, and a late answer counts.
   */
  constructor(
    source: TlsIdentitySource | TlsContext,
    listener: IdentityListener = {},
    create: (identity: TlsIdentity) => TlsContext = createTlsContext,
    patienceMs: number = PATIENCE_MS,
  ) {
    this.#patienceMs = patienceMs;
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
    const asked = ++this.#asked;
    const answer = given.then(
      (identity) => this.#takeInTurn(identity, asked),
      (error: unknown) => this.#refuse(error),
    );
    const reading = (this.#current === undefined ? answer : this.#waitFor(answer)).finally(() => {
      this.#reading = undefined;
    });
    this.#reading = reading;
    return reading;
  }

  /** An answer that one to a later question has overtaken says nothing any more. */
  #takeInTurn(identity: TlsIdentity, asked: number): TlsContext {
    if (this.#current !== undefined && asked < this.#answered) return this.#current;
    this.#answered = asked;
    return this.#take(identity);
  }

  /** A source that hangs must not keep those out who connect. */
  #waitFor(answer: Promise<TlsContext>): Promise<TlsContext> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        resolve(this.#refuse(new Error(`the source did not answer in ${this.#patienceMs} ms`)));
      }, this.#patienceMs);
      answer.then(resolve, reject).finally(() => clearTimeout(timer));
    });
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
