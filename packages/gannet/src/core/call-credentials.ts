import type { MetadataInit } from "./metadata.ts";
import { misuse } from "./misuse.ts";
import { checkOptions, flag, type OptionChecks } from "./option-checks.ts";
import type { Signal } from "./signal.ts";

/** The call that a source is asked for. */
export interface CredentialsRequest {
  /** The name of the service, such as `library.v1.Library`. */
  readonly service: string;
  /** The name of the method, such as `Find`. */
  readonly method: string;
  /** The `:authority` of the call. */
  readonly authority: string;
  /** `https://authority/service`, without the port where that is 443: the audience of a token that is for one service. */
  readonly serviceUrl: string;
  /** Aborted where the call ends before the source has answered, by its deadline too. Made when first asked for. */
  readonly signal: Signal;
}

/**
 * Gives what a call is to carry, such as `{ authorization: "Bearer …" }`. It is asked for each attempt of each call, and
 * nothing is kept: a source that has to fetch something keeps it itself. A GrpcError that it throws is what the call
 * fails with, unless its code is for applications alone (gRFC A54), which becomes INTERNAL; anything else that it throws
 * is UNAUTHENTICATED.
 */
export type CredentialsSource = (request: CredentialsRequest) => MetadataInit | Promise<MetadataInit>;

/** What calls prove themselves by, beside the connection. Made by `callCredentials`. */
export interface CallCredentials {
  readonly kind: "call";
  readonly allowPlaintext: boolean;
  readonly source: CredentialsSource;
}

/** How credentials of calls are sent. */
export interface CallCredentialsOptions {
  /**
   * Sends them where everybody on the way can read them, and use them, too.
   *
   * @default false: on a connection that is neither encrypted nor within this machine the call fails with UNAUTHENTICATED
   */
  readonly allowPlaintext?: boolean | undefined;
}

const CHECKS: OptionChecks<CallCredentialsOptions> = { allowPlaintext: flag };

/**
 * Credentials for calls, for the option `callCredentials` of a channel or of one call; both are sent where both are given.
 * They are marked so that nothing on the way keeps them in a table (RFC 7541 §7.1.3).
 *
 * @throws TypeError with a code, for a source that is no function or an option that is none
 */
export function callCredentials(source: CredentialsSource, options: CallCredentialsOptions = {}): CallCredentials {
  if (typeof source !== "function") {
    const what = `callCredentials takes a function that returns metadata, not ${typeof source}`;
    throw misuse(TypeError, "GANNET_INVALID_ARGUMENT", what);
  }
  checkOptions(options, CHECKS, "callCredentials");
  return { kind: "call", allowPlaintext: options.allowPlaintext ?? false, source };
}

/**
 * Refuses what was not made by `callCredentials`.
 *
 * @throws TypeError GANNET_INVALID_OPTION
 */
export function checkCallCredentials(credentials: CallCredentials): void {
  const kind: unknown = credentials?.kind;
  if (kind === "call" && typeof credentials.source === "function") return;
  const hint =
    kind === "tls" || kind === "insecure" ? "; tls() and insecure() are for the option credentials of channels" : "";
  throw misuse(TypeError, "GANNET_INVALID_OPTION", `callCredentials are made by callCredentials()${hint}`);
}
