import { GrpcError, type InterceptedServerCall, type ServerInterceptor } from "gannet";

/** Which roles may call a method, by its path; a path that ends in `*` is for all methods of a service. */
export type Rules = Readonly<Record<string, readonly string[]>>;

/**
 * Allows calls by the role of who makes them. A method that no rule names is for nobody: one that is added later is not
 * open by mistake.
 *
 * @param rolesOf the roles of who that is, by a certificate or a token that was verified; undefined for nobody
 */
export function allowByRole(
  rules: Rules,
  rolesOf: (call: InterceptedServerCall) => readonly string[] | undefined,
): ServerInterceptor {
  const byPath = new Map(Object.entries(rules));
  return async (call, next) => {
    const roles = rolesOf(call);
    if (roles === undefined) throw new GrpcError("UNAUTHENTICATED", "who are you?");
    const allowed = byPath.get(call.path) ?? byPath.get(call.path.replace(/[^/]*$/, "*")) ?? [];
    if (!roles.some((role) => allowed.includes(role))) {
      throw new GrpcError("PERMISSION_DENIED", `${call.path} is not for ${roles.join(", ") || "you"}`);
    }
    await next();
  };
}

const WORKLOAD = /^spiffe:\/\/example\.org\/(\w+)$/;

/** The roles in a client's certificate: SPIFFE ids such as `spiffe://example.org/teller`. */
export function rolesOfCertificate({ peer }: InterceptedServerCall): readonly string[] | undefined {
  return peer.identity?.uris.flatMap((uri) => WORKLOAD.exec(uri)?.[1] ?? []);
}
