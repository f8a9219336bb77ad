import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { setImmediate as nextTurn } from "node:timers/promises";
import { callCredentials, gzip, type Interceptor } from "gannet";
import type { FeatureCase } from "./feature-case.ts";

/** How many values what differs takes. */
const SPAN = 997;
const CHANNELS = ["server:call:start", "server:call:end", "client:call:start", "client:call:end"];
const passOn: Interceptor = (_call, next) => next();
const nothing = () => {};
const credentials = callCredentials(() => ({ authorization: "Bearer a" }), { allowPlaintext: true });
const { signal } = new AbortController();
/** Messages are smaller than what is compressed by default. */
const compressAll = { compressors: [gzip()], compress: true, minCompressBytes: 0 };

/** What calls may have. The first says how much noise there is: it is compared with itself. */
export const FEATURE_CASES: readonly FeatureCase[] = [
  { name: "nothing" },
  { name: "deadline, the same for each call", options: () => ({ timeoutMs: 10_000 }) },
  { name: "deadline that differs", options: (n) => ({ timeoutMs: 10_000 + (n % SPAN) }) },
  { name: "metadata that is the same", options: () => ({ metadata: { "x-tenant": "gannet" } }) },
  {
    name: "metadata that is the same, read by the handler",
    options: () => ({ metadata: { "x-tenant": "gannet" } }),
    handle: (call) => call.metadata.get("x-tenant"),
  },
  { name: "metadata that differs", options: (n) => ({ metadata: { "x-request": `${n % SPAN}` } }) },
  {
    name: "header and trailer set by the handler, read by the caller",
    handle(call) {
      call.header.set("x-served-by", "bench");
      call.trailer.set("x-cost", "1");
    },
    look: async (call) => [await call.header, await call.trailer],
  },
  { name: "signal of the call, asked for by the handler", handle: (call) => call.signal },
  { name: "signal of the caller, one for all", options: () => ({ signal }) },
  { name: "a server interceptor", server: { interceptors: [passOn] } },
  { name: "three server interceptors", server: { interceptors: [passOn, passOn, passOn] } },
  {
    name: "a server interceptor that asks for the end",
    server: {
      interceptors: [
        (call, next) => {
          call.onEnd(nothing);
          return next();
        },
      ],
    },
  },
  { name: "a client interceptor", channel: { interceptors: [passOn] } },
  { name: "three client interceptors", channel: { interceptors: [passOn, passOn, passOn] } },
  { name: "call credentials, from a source", channel: { callCredentials: credentials } },
  { name: "ambient", server: { ambient: true } },
  { name: "compress, and messages too small for it", channel: { compressors: [gzip()], compress: true } },
  { name: "gzip both ways", channel: compressAll, server: compressAll },
  { name: "JSON", channel: { format: "json" } },
  { name: "checkReplies", server: { checkReplies: true } },
  { name: "maxConcurrentCalls, not reached", server: { maxConcurrentCalls: 1_000 } },
  { name: "maxConcurrentCalls, half of the calls wait", server: { maxConcurrentCalls: 50 } },
  { name: "onEvent on both sides", server: { onEvent: nothing }, channel: { onEvent: nothing } },
  {
    name: "diagnostics_channel, calls subscribed on both sides",
    begin() {
      for (const name of CHANNELS) subscribe(`gannet:${name}`, nothing);
    },
    end() {
      for (const name of CHANNELS) unsubscribe(`gannet:${name}`, nothing);
    },
  },
  { name: "a handler that awaits a turn", handle: () => nextTurn() },
];
