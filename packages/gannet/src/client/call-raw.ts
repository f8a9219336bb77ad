import { describeValue } from "../base/index.ts";
import { rawMethodOf } from "../codec/index.ts";
import { type AnyIterable, type CallOptions, misuse, type Transport } from "../core/index.ts";
import { checkCallOptions } from "./call-start.ts";
import type { ServerStreamCall } from "./client-call.ts";
import { checkTransport, interceptTransport } from "./intercept-transport.ts";
import { RequestPump } from "./request-pump.ts";
import { sharedSignals } from "./shared-signals.ts";
import { StreamCall } from "./stream-call.ts";

/**
 * Calls a method by its path, with bytes for messages, of whichever kind it is: for a proxy, or where there is no
 * descriptor. A method with one request gets the first alone, and one with one reply gives one.
 *
 * @param path such as `/package.Service/Method`
 * @throws TypeError where these are not a transport and a path, or for an unknown option
 */
export function callRaw(
  transport: Transport,
  path: string,
  requests: AnyIterable<Uint8Array>,
  options?: CallOptions,
): ServerStreamCall<Uint8Array> {
  checkTransport(transport, "callRaw takes a transport first");
  const isSendable = typeof path === "string" && /^[\x21-\x7e]+$/.test(path);
  const method = isSendable ? rawMethodOf(path) : undefined;
  if (method === undefined) {
    const what = `callRaw takes a path such as "/package.Service/Method" second, not ${describeValue(path)}`;
    throw misuse(TypeError, "GANNET_INVALID_ARGUMENT", what);
  }
  const start = checkCallOptions(options, transport.clock);
  const target = {
    method,
    transport: interceptTransport(transport, undefined),
    signals: sharedSignals,
    ambient: transport.ambient,
  };
  return new StreamCall<Uint8Array>().startStreaming(target, start, new RequestPump(requests));
}
