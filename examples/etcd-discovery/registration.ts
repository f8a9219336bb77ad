import { setTimeout as sleep } from "node:timers/promises";
import { type RegisteredServer, writeEndpointValue } from "./endpoint-value.js";
import { type Etcd, openEtcd, Patience } from "./etcd.js";

const DEFAULT_TTL_S = 10;
const CALL_TIMEOUT_MS = 5_000;

/** How a server is registered. */
export interface RegistrationOptions {
  /** Of etcd's members, such as `127.0.0.1:2379`, with commas between. */
  readonly etcd: string;
  /** The service, the `NAME` of clients' `etcd:///NAME`. */
  readonly name: string;
  readonly server: RegisteredServer;
  /** How long the key outlives a server that is gone without a word, in seconds. 10 by default. */
  readonly ttlSeconds?: number | undefined;
  /** Told of what went wrong; it is tried again. */
  readonly onProblem?: ((error: unknown) => void) | undefined;
}

/**
 * A server's key in etcd, under a lease that is kept alive: it goes when the registration is closed, or, where the server
 * is gone, when the lease runs out. When etcd has forgotten the lease there is a new one.
 */
export class Registration {
  readonly #options: RegistrationOptions;
  readonly #etcd: Etcd;
  readonly #ttlSeconds: number;
  readonly #closing = new AbortController();
  readonly #patience = new Patience();
  /** Zero while there is none. */
  #leaseId = 0n;
  #onRegistered: () => void = () => {};
  #running: Promise<void> = Promise.resolve();

  private constructor(options: RegistrationOptions) {
    this.#options = options;
    this.#ttlSeconds = options.ttlSeconds ?? DEFAULT_TTL_S;
    this.#etcd = openEtcd(options.etcd);
  }

  /** Resolves once the key is there, however long etcd takes to answer. */
  static async open(options: RegistrationOptions): Promise<Registration> {
    const registration = new Registration(options);
    const registered = new Promise<void>((resolve) => {
      registration.#onRegistered = resolve;
    });
    registration.#running = registration.#run();
    await registered;
    return registration;
  }

  /** Takes the key away: from now on clients go elsewhere. Then the server may shut down. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
    try {
      if (this.#leaseId !== 0n) {
        await this.#etcd.lease.leaseRevoke({ ID: this.#leaseId }, { timeoutMs: CALL_TIMEOUT_MS });
      }
    } catch (error) {
      // It runs out by itself.
      this.#options.onProblem?.(error);
    }
    await this.#etcd.channel.close();
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      try {
        if (this.#leaseId === 0n) await this.#register();
        await this.#keepAlive();
      } catch (error) {
        if (signal.aborted) return;
        this.#options.onProblem?.(error);
        await this.#wait(this.#patience.next(Math.random()));
      }
    }
  }

  async #register(): Promise<void> {
    const { name, server } = this.#options;
    const options = { signal: this.#closing.signal, timeoutMs: CALL_TIMEOUT_MS };
    const { ID } = await this.#etcd.lease.leaseGrant({ TTL: BigInt(this.#ttlSeconds) }, options);
    const key = new TextEncoder().encode(`${name}/${server.address}`);
    await this.#etcd.kv.put({ key, value: writeEndpointValue(server), lease: ID }, options);
    this.#leaseId = ID;
    this.#patience.reset();
    this.#onRegistered();
  }

  /** Renews the lease three times in its life. Returns when etcd does not know it any more. */
  async #keepAlive(): Promise<void> {
    const { signal } = this.#closing;
    const call = this.#etcd.lease.leaseKeepAlive({ signal });
    const answers = call[Symbol.asyncIterator]();
    try {
      for (;;) {
        if (!(await call.send({ ID: this.#leaseId }))) break;
        const { done, value } = await answers.next();
        if (done === true) break;
        if (value.TTL <= 0n) {
          this.#leaseId = 0n;
          return;
        }
        this.#patience.reset();
        await this.#wait((this.#ttlSeconds * 1000) / 3);
        signal.throwIfAborted();
      }
    } finally {
      call.cancel();
    }
    // Why the call is over is what its next message is.
    await answers.next();
    throw new Error("etcd ended the call that keeps the lease alive");
  }

  /** Resolves sooner when the registration is closed. */
  async #wait(delayMs: number): Promise<void> {
    try {
      await sleep(delayMs, undefined, { signal: this.#closing.signal });
    } catch {
      // Closed: the caller sees that.
    }
  }
}
