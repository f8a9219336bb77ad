import { describeValue } from "../base/index.ts";
import { type ClientInterceptor, misuse, type Transport } from "../core/index.ts";
import { InterceptedTransport } from "./client-call-chain.ts";

/** @throws TypeError where this is no transport, for which `what` says where it should be */
export function checkTransport(transport: Transport, what: string): void {
  if (typeof transport?.start === "function") return;
  const found = `${what}, such as createChannel makes, not ${describeValue(transport)}`;
  throw misuse(TypeError, "GANNET_INVALID_ARGUMENT", found);
}

/** Puts the interceptors of a client, and within those the transport's own, around its calls. */
export function interceptTransport(
  transport: Transport,
  ofClient: readonly ClientInterceptor[] | undefined,
): Transport {
  const interceptors = [...(ofClient ?? []), ...(transport.interceptors ?? [])];
  return interceptors.length === 0 ? transport : new InterceptedTransport(transport, interceptors);
}
