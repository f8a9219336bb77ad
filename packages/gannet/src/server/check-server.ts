import { describeValue } from "../base/index.ts";
import { misuse } from "../core/index.ts";

/**
 * Refuses what is no server.
 *
 * @param owner who takes one first, such as `addHealth`
 * @throws TypeError GANNET_INVALID_ARGUMENT
 */
export function checkServer(server: unknown, owner: string): void {
  const { add, serve } = Object(server) as { readonly add?: unknown; readonly serve?: unknown };
  if (typeof add === "function" && typeof serve === "function") return;
  const what = `${owner} takes a server first, as createServer makes it, not ${describeValue(server)}`;
  throw misuse(TypeError, "GANNET_INVALID_ARGUMENT", what);
}
