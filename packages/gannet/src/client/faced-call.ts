import type { DescMethod } from "@bufbuild/protobuf";
import {
  type CallOutcome,
  type GrpcError,
  type InterceptedClientCall,
  type MessageHook,
  Metadata,
} from "../core/index.ts";
import type { ClientCallChain } from "./client-call-chain.ts";

/** The side of a call that its interceptors see. */
export class FacedCall implements InterceptedClientCall {
  readonly side = "client";
  readonly #chain: ClientCallChain;
  #metadata: Metadata | undefined;
  #controller: AbortController | undefined;

  constructor(chain: ClientCallChain) {
    this.#chain = chain;
  }

  get method(): DescMethod {
    return this.#chain.method;
  }

  get path(): string {
    const { parent, name } = this.#chain.method;
    return `/${parent.typeName}/${name}`;
  }

  get metadata(): Metadata {
    // The call's own already: its caller keeps another.
    this.#metadata ??= this.#chain.init.metadata ?? new Metadata();
    return this.#metadata;
  }

  /** What there is to send. */
  get sentMetadata(): Metadata | undefined {
    const metadata = this.#metadata ?? this.#chain.init.metadata;
    return metadata?.size === 0 ? undefined : metadata;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      const { failure } = this.#chain;
      if (failure !== undefined) this.#controller.abort(failure);
    }
    return this.#controller.signal;
  }

  get request(): object | undefined {
    return this.#chain.singleRequest;
  }

  get header(): Metadata | undefined {
    return this.#chain.header;
  }

  get peer(): string | undefined {
    return this.#chain.peer;
  }

  timeRemainingMs(): number | undefined {
    const { clock, init } = this.#chain;
    return init.deadline === undefined ? undefined : Math.max(0, init.deadline - clock.now());
  }

  onRequest(hook: MessageHook): void {
    this.#chain.hooks.onRequest(hook);
  }

  onResponse(hook: MessageHook): void {
    this.#chain.hooks.onResponse(hook);
  }

  onEnd(hook: (outcome: CallOutcome) => void): void {
    this.#chain.hooks.onEnd(hook);
  }

  reply(message: object): void {
    this.#chain.hooks.reply(message);
  }

  abort(error: GrpcError): void {
    this.#controller?.abort(error);
  }
}
