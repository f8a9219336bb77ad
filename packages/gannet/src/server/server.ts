import type { DescService } from "@bufbuild/protobuf";
import type { Signal } from "../core/index.ts";
import type { ConnectedPipe, DuplexStream, ListenTlsOptions } from "../net/index.ts";
import type { ObservedServer } from "../observe/index.ts";
import type { Handlers, UnknownMethodHandler } from "./handlers.ts";
import type { ServiceOptions } from "./service-options.ts";

/** How to listen. */
export interface ListenOptions {
  /** Speaks TLS; plaintext where undefined. */
  readonly tls?: ListenTlsOptions | undefined;
}

/** Where a server listens. */
export interface ListenAddress {
  /** `host:port`, or `unix:path`. */
  readonly address: string;
  /** 0 for a unix socket. */
  readonly port: number;
}

/** Answers calls. */
export interface Server extends ObservedServer {
  /**
   * Adds a service, with a handler for each of its methods: an object, or an instance of a class.
   *
   * @throws TypeError for a service that was added before, or a handler that is missing
   */
  add<S extends DescService>(service: S, handlers: Handlers<S>, options?: ServiceOptions): this;
  /** Adds a service of which some methods are not answered: those are UNIMPLEMENTED. */
  addPartial<S extends DescService>(service: S, handlers: Partial<Handlers<S>>, options?: ServiceOptions): this;
  /**
   * Answers the methods that no service has, which else are UNIMPLEMENTED, with messages as bytes: for a proxy. Once for
   * a server.
   *
   * @throws TypeError where that was said before
   */
  addUnknown(handler: UnknownMethodHandler, options?: ServiceOptions): this;
  /** The services that were added so far, in their order. */
  services(): readonly DescService[];
  /**
   * Listens at `host:port` or `unix:path`; port 0 takes a free one. May be called for several addresses. Plaintext
   * unless `tls` is given.
   *
   * @throws Error where the address is taken or does not exist
   */
  listen(address: string, options?: ListenOptions): Promise<ListenAddress>;
  /** Takes one connection, whatever carries it: a duplex stream of Node's, or a connection in memory. */
  serve(connection: DuplexStream | ConnectedPipe): void;
  /**
   * Takes no further calls, lets those under way finish, and ends what is left after `graceMs`. Always settles.
   *
   * @param options.graceMs How long calls may take to finish; for ever where it is not given. Of several, the one that
   *   is over first counts.
   */
  shutdown(options?: { readonly graceMs?: number | undefined }): Promise<void>;
  /**
   * Aborted as soon as `shutdown` is called, before clients are told: for handlers that would go on for ever, and whatever
   * else should end with the server. Made when first asked for.
   */
  readonly shutdownSignal: Signal;
}
