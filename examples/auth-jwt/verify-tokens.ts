import { GrpcError, type InterceptedServerCall, type ServerInterceptor } from "gannet";
import { errors, type JWTVerifyGetKey, jwtVerify } from "jose";

/** The metadata in which handlers find whose token it was. Clients that send it themselves have it replaced. */
export const SUBJECT = "verified-subject";

/** What jose says where the keys cannot be fetched or read, which is not the client's fault. */
const KEY_PROBLEMS: ReadonlySet<string> = new Set(["ERR_JOSE_GENERIC", "ERR_JWKS_TIMEOUT", "ERR_JWKS_INVALID"]);

/** Lets in calls with a JWT that one of `keys` signed, for this service, and that has not expired. */
export function verifyTokens(
  keys: JWTVerifyGetKey,
  expected: { readonly issuer: string; readonly audience: string },
): ServerInterceptor {
  return async (call, next) => {
    const { payload } = await jwtVerify(bearerOf(call), keys, {
      ...expected,
      // Without a list, whatever the key allows would do.
      algorithms: ["ES256"],
      requiredClaims: ["exp", "sub"],
    }).catch((error: unknown) => {
      if (error instanceof errors.JOSEError && !KEY_PROBLEMS.has(error.code)) {
        throw new GrpcError("UNAUTHENTICATED", `the token is not valid: ${error.message}`, { cause: error });
      }
      throw new GrpcError("UNAVAILABLE", "tokens cannot be verified at the moment", { cause: error });
    });
    call.metadata.set(SUBJECT, payload.sub ?? "");
    await next();
  };
}

function bearerOf({ metadata }: InterceptedServerCall): string {
  const values = metadata.getAll("authorization");
  const [, token] = /^Bearer (\S+)$/i.exec(String(values[0] ?? "")) ?? [];
  if (token !== undefined && values.length === 1) return token;
  throw new GrpcError("UNAUTHENTICATED", "the call needs one `authorization: Bearer …`");
}
