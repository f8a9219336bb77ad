import { type CallCredentials, callCredentials, GrpcError } from "gannet";
import { type Configuration, clientCredentialsGrant, ResponseBodyError } from "openid-client";

/** A token that is nearly over may be over when it arrives. */
const MARGIN_MS = 1_000;

/**
 * Credentials with an access token of the client credentials grant (RFC 6749 §4.4): fetched with the first call, kept
 * until shortly before it expires, and fetched once for all calls that wait for it.
 */
export function accessToken(
  configuration: Configuration,
  parameters: Readonly<Record<string, string>>,
  options: { readonly allowPlaintext?: boolean } = {},
): CallCredentials {
  let held: { readonly token: string; readonly expiresAt: number } | undefined;
  let fetching: Promise<NonNullable<typeof held>> | undefined;
  const fetchToken = async () => {
    const startedAt = Date.now();
    const grant = await clientCredentialsGrant(configuration, parameters).catch(explain);
    return { token: grant.access_token, expiresAt: startedAt + (grant.expires_in ?? 60) * 1000 - MARGIN_MS };
  };
  return callCredentials(async () => {
    if (held === undefined || held.expiresAt <= Date.now()) {
      fetching ??= fetchToken().finally(() => {
        fetching = undefined;
      });
      held = await fetching;
    }
    return { authorization: `Bearer ${held.token}` };
  }, options);
}

/** A refusal does not get better by trying again; an endpoint that does not answer may. */
function explain(error: unknown): never {
  if (error instanceof ResponseBodyError) {
    throw new GrpcError("UNAUTHENTICATED", `the token endpoint refused: ${error.error}`, { cause: error });
  }
  throw new GrpcError("UNAVAILABLE", "the token endpoint does not answer", { cause: error });
}
