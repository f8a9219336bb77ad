import type { DescMethod } from "@bufbuild/protobuf";
import {
  type CallCredentials,
  type CredentialsRequest,
  copyMetadata,
  type ErrorCode,
  GrpcError,
  Metadata,
  type Signal,
  textOfThrown,
} from "../../core/index.ts";

/** Codes that only an application may give: a source of credentials is not one (gRFC A54). */
const APPLICATION_CODES: ReadonlySet<ErrorCode> = new Set([
  "INVALID_ARGUMENT",
  "NOT_FOUND",
  "ALREADY_EXISTS",
  "FAILED_PRECONDITION",
  "ABORTED",
  "OUT_OF_RANGE",
  "DATA_LOSS",
]);

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
      throw errorOfSource(error);
    }
  }
}

/** As grpc-go has it. */
function errorOfSource(error: unknown): GrpcError {
  if (!GrpcError.is(error)) {
    return new GrpcError("UNAUTHENTICATED", `no credentials for the call: ${textOfThrown(error)}`, { cause: error });
  }
  const code = APPLICATION_CODES.has(error.code) ? "INTERNAL" : error.code;
  const was = code === error.code ? "" : ` (${error.code})`;
  return new GrpcError(code, `no credentials for the call${was}: ${error.reason}`, { cause: error });
}
