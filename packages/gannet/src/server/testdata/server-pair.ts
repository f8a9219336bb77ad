import assert from "node:assert/strict";
import type { DescMethod } from "@bufbuild/protobuf";
import { type Clock, systemClock, TimerWheel } from "../../base/index.ts";
import { ClientConnection, startHttp2Call } from "../../channel/call/index.ts";
import { type Client, createClient } from "../../client/index.ts";
import { RouteGuide } from "../../client/testdata/route_guide_pb.ts";
import { CodecCache } from "../../codec/index.ts";
import type { CallInit, CallObserver, GrpcEvent, Transport } from "../../core/index.ts";
import { type ConnectionLimits, Http2Connection } from "../../http2/index.ts";
import { createMemoryPipes } from "../../net/index.ts";
import { messageSettings } from "../../protocol/index.ts";
import { GrpcServer } from "../grpc-server.ts";
import type { Handlers } from "../handlers.ts";
import type { Server } from "../server.ts";
import type { ServerOptions } from "../server-options.ts";

export type PartialHandlers = Parameters<typeof addTo>[1];

export function addTo(server: Server, handlers: Partial<Handlers<typeof RouteGuide>>): Server {
  return server.addPartial(RouteGuide, handlers);
}

/** A server, and a client of it over a connection in memory. */
export class ServerPair implements Transport {
  readonly clock: Clock;
  readonly server: GrpcServer;
  readonly events: GrpcEvent[] = [];
  readonly unexpected: unknown[] = [];
  readonly http2: Http2Connection;
  readonly client: Client<typeof RouteGuide> = createClient(RouteGuide, this);
  readonly #connection: ClientConnection;
  readonly deadlines: TimerWheel;
  isClosed = false;

  constructor(
    handlers: PartialHandlers,
    options: ServerOptions & { readonly clock?: Clock; readonly limits?: ConnectionLimits } = {},
  ) {
    const { clock = systemClock, limits, ...serverOptions } = options;
    this.clock = clock;
    this.server = new GrpcServer(
      {
        onEvent: (event) => event.level !== "debug" && this.events.push(event),
        onUnexpectedError: (error) => this.unexpected.push(error),
        ...serverOptions,
      },
      clock,
    );
    addTo(this.server, handlers);
    const [here, there] = createMemoryPipes();
    this.server.serve(there);
    this.http2 = new Http2Connection({
      role: "client",
      pipe: here,
      limits,
      observer: {
        onStream: () => assert.fail(),
        onRoom() {},
        onGoaway() {},
        onPingAck() {},
        onClose: () => {
          this.isClosed = true;
        },
        onViolation: (name, message) => assert.fail(`${name}: ${message}`),
      },
    });
    here.attach(this.http2);
    this.deadlines = new TimerWheel(systemClock);
    this.#connection = new ClientConnection({
      http2: this.http2,
      peer: "in-memory",
      authority: "test",
      scheme: "http",
      deadlines: this.deadlines,
      codecs: new CodecCache(),
      format: "proto",
      messages: messageSettings({ maxReceiveBytes: 4 * 1024 * 1024 }, () => []),
      userAgent: "test",
    });
  }

  start(method: DescMethod, init: CallInit, observer: CallObserver): ReturnType<Transport["start"]> {
    return startHttp2Call(this.#connection, method, init, observer);
  }

  close(): Promise<void> {
    return this.server.shutdown({ graceMs: 0 });
  }
}

/** Runs what needs a pair, and ends it: a call that was not ended keeps the test from ending. */
export async function withPair(
  handlers: PartialHandlers,
  use: (pair: ServerPair) => Promise<void>,
  options: ConstructorParameters<typeof ServerPair>[1] = {},
): Promise<void> {
  const pair = new ServerPair(handlers, options);
  await use(pair);
  if (pair.clock === systemClock) await pair.close();
}

export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export async function turns(count: number): Promise<void> {
  for (let left = count; left > 0; left--) await turn();
}

export const never = (): Promise<never> => new Promise(() => {});

export const points: readonly { readonly latitude: number }[] = [{ latitude: 1 }, { latitude: 2 }, { latitude: 3 }];
