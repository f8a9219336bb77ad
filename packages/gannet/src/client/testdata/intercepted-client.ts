import { type ClientInterceptor, GrpcError } from "../../core/index.ts";
import type { Client } from "../client.ts";
import { createClient } from "../create-client.ts";
import { RouteGuide } from "./route_guide_pb.ts";
import { type ScriptedCall, ScriptedTransport } from "./scripted-transport.ts";

export type RouteClient = Client<typeof RouteGuide>;

export function clientWith(
  script: (call: ScriptedCall) => void,
  ...interceptors: ClientInterceptor[]
): { readonly client: RouteClient; readonly transport: ScriptedTransport } {
  const transport = new ScriptedTransport(script);
  return { client: createClient(RouteGuide, transport, { interceptors }), transport };
}

export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

export function down(): GrpcError {
  return new GrpcError("UNAVAILABLE", "connection lost");
}

/** Notes what an interceptor that does nothing else goes through. */
export function recorder(name: string, log: unknown[]): ClientInterceptor {
  return async (call, next) => {
    call.onRequest(() => void log.push(`${name} request`));
    call.onResponse(() => void log.push(`${name} response`));
    call.onEnd(({ code }) => log.push(`${name} ${code}`));
    log.push(`${name} before`);
    try {
      await next();
    } finally {
      log.push(`${name} after`);
    }
  };
}
