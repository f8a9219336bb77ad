import { misuse } from "./misuse.ts";

/**
 * Refuses interceptors that are none.
 *
 * @param owner whose option it is, such as `createChannel`
 * @throws TypeError GANNET_INVALID_OPTION
 */
export function checkInterceptors(interceptors: unknown, owner: string): void {
  if (interceptors === undefined) return;
  if (Array.isArray(interceptors) && interceptors.every((one) => typeof one === "function")) return;
  throw misuse(TypeError, "GANNET_INVALID_OPTION", `the interceptors of ${owner} are an array of functions`);
}
