import type { DescMethod } from "@bufbuild/protobuf";
import {
  type CallCredentials,
  type CredentialsRequest,
  controlPlaneError,
  copyMetadata,
  Metadata,
  type Signal,
} from "../../core/index.ts";

/** What one attempt of a call asks sources for. */
export class CredentialsGrant implements CredentialsRequest {
  readonly authority: string;
  readonly #method: DescMethod;
  #controller: AbortController | undefined;
  #ended: { readonly reason: unknown } | undefined;

  constructor(method: DescMethod, authority: string) {
    this.#method = method;
    this.authority = authority;
  }

  get service(): string {
    return this.#method.parent.typeName;
  }

  get method(): string {
    return this.#method.name;
  }

  get serviceUrl(): string {
    return `https://${this.authority.replace(/:443$/, "")}/${this.service}`;
  }

  get signal(): Signal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#ended !== undefined) this.#controller.abort(this.#ended.reason);
    }
    return this.#controller.signal;
  }

  /** The call is over: nobody needs an answer. */
  abort(reason: unknown): void {
    this.#ended = { reason };
    this.#controller?.abort(reason);
  }

  /**
   * Asks all sources at once.
   *
   * @returns `metadata`, and behind it what they gave, in their order
   * @throws GrpcError that the call is to fail with
   */
  async collect(credentials: readonly CallCredentials[], metadata: Metadata | undefined): Promise<Metadata> {
    const given = await Promise.all(credentials.map(({ source }) => this.#ask(source)));
    const all = new Metadata(metadata);
    for (const one of given) {
      all.appendAll(one);
      for (const [key] of one) all.markSensitive(key);
    }
    return all;
  }

  async #ask(source: CallCredentials["source"]): Promise<Metadata> {
    try {
      return copyMetadata(await source(this));
    } catch (error) {
      throw controlPlaneError(error, "no credentials for the call", "UNAUTHENTICATED");
    }
  }
}
