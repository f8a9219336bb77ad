import assert from "node:assert/strict";
import type { Channel } from "../../channel/index.ts";
import { type Client, createClient } from "../../client/index.ts";
import { RouteGuide } from "../../client/testdata/route_guide_pb.ts";
import { unhandledRejections } from "../../client/testdata/unhandled-rejections.ts";
import type { ServerInterceptor } from "../../core/index.ts";
import { createInMemoryChannel } from "../../testing/index.ts";
import { createServer, type Handlers, type Server, type ServerOptions } from "../index.ts";

export type RouteHandlers = Partial<Handlers<typeof RouteGuide>>;

export type RouteClient = Client<typeof RouteGuide>;

/** Handlers that answer. */
export function answering(ran: unknown[] = []): RouteHandlers {
  return {
    getFeature(_, call) {
      ran.push(call);
      return { name: "oak" };
    },
    async *listFeatures(_, call) {
      ran.push(call);
      yield { name: "oak" };
      yield { name: "elm" };
    },
    async recordRoute(points, call) {
      ran.push(call);
      let pointCount = 0;
      for await (const _ of points) pointCount++;
      return { pointCount };
    },
    async *routeChat(notes, call) {
      ran.push(call);
      yield* notes;
    },
  };
}

export interface Setup {
  readonly client: RouteClient;
  readonly channel: Channel;
  readonly server: Server;
  readonly unexpected: unknown[];
}

/** A server with these interceptors, and a client of it. Whatever becomes an unhandled rejection fails the test. */
export async function withServer(
  interceptors: readonly ServerInterceptor[],
  handlers: RouteHandlers,
  use: (setup: Setup) => Promise<void>,
  options: ServerOptions = {},
): Promise<void> {
  const unexpected: unknown[] = [];
  const onUnexpectedError = (error: unknown): number => unexpected.push(error);
  const server = createServer({ interceptors, onUnexpectedError, ...options }).addPartial(RouteGuide, handlers);
  const channel = createInMemoryChannel(server);
  const found = await unhandledRejections(async () => {
    await use({ client: createClient(RouteGuide, channel), channel, server, unexpected });
    await channel.close();
    await server.shutdown();
  });
  assert.deepEqual(found, []);
}

export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

export function recorder(name: string, log: unknown[]): ServerInterceptor {
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
