import type { ChannelOptions, ServerOptions } from "gannet";
import { type CallPlan, planCall } from "./call-plan.ts";
import type { SeededChoice } from "./seeded-choice.ts";
import type { Carriage, Way } from "./simulated-connection.ts";

/** `calm`: nothing breaks a connection, so that no call may fail for it; `rough`: things do; `storm`: many do. */
export type Weather = "calm" | "rough" | "storm";

/** Something that goes wrong with whichever connection is open then. */
export interface PlannedFault {
  readonly at: number;
  readonly kind: "stall" | "drop" | "half-close" | "shutdown";
  readonly way: Way;
  readonly ms: number;
  /** A number that chooses the connection or server. */
  readonly lot: number;
}

/** What a seed decides before anything happens. */
export interface WorldPlan {
  readonly weather: Weather;
  readonly servers: readonly ServerOptions[];
  readonly channels: readonly { readonly server: number; readonly options: ChannelOptions }[];
  readonly calls: readonly CallPlan[];
  readonly faults: readonly PlannedFault[];
  /** How likely a new connection is refused. */
  readonly refusals: number;
  readonly durationMs: number;
}

const BACKOFF = { initialMs: 40, multiplier: 1.5, jitter: 0.3, maxMs: 400 } as const;

export function planWorld(choice: SeededChoice): WorldPlan {
  const weather = choice.pick(["calm", "rough", "rough", "storm"] as const);
  const durationMs = choice.between(3_000, 12_000);
  const servers = Array.from({ length: 2 }, () => planServer(choice, weather));
  const channels = Array.from({ length: choice.between(2, 3) }, () => ({
    server: choice.between(0, 1),
    options: planChannel(choice),
  }));
  const calls = Array.from({ length: choice.between(20, 34) }, (_, index) => {
    const channel = choice.between(0, channels.length - 1);
    const { server = 0, options = {} } = channels[channel] ?? {};
    const limits = [servers[server] ?? {}, options];
    const windows = limits.map(({ http2 }) => Math.min(http2?.streamWindowBytes ?? 262_144, 262_144));
    const receive = limits.map(({ maxReceiveBytes = 4_194_304 }) => maxReceiveBytes);
    const sizes = { windowBytes: Math.min(...windows), maxReceiveBytes: Math.min(...receive) };
    return planCall(choice, index + 1, channel, choice.next() * durationMs, sizes);
  });
  return {
    weather,
    servers,
    channels,
    calls,
    faults: planFaults(choice, weather, durationMs),
    refusals: { calm: 0, rough: 0.3, storm: 0.45 }[weather],
    durationMs,
  };
}

function planHttp2(choice: SeededChoice) {
  return {
    streamWindowBytes: choice.pick([undefined, undefined, 65_535, 1_000, 16_384, choice.magnitude(40, 300_000)]),
    connectionWindowBytes: choice.pick([undefined, 65_535, 65_536, 200_000]),
  };
}

function planServer(choice: SeededChoice, weather: Weather): ServerOptions {
  const isCalm = weather === "calm";
  const keepalive = {
    intervalMs: choice.between(300, 2_500),
    timeoutMs: isCalm ? 600_000 : choice.between(200, 2_000),
  };
  return {
    http2: { ...planHttp2(choice), maxConcurrentStreams: choice.pick([undefined, undefined, 1, 3, 8]) },
    keepalive: choice.chance(0.7) ? keepalive : undefined,
    maxConnectionAgeMs: choice.chance(0.6) ? choice.between(300, 4_000) : undefined,
    maxConnectionAgeGraceMs: isCalm || choice.chance(0.5) ? undefined : choice.between(0, 800),
    maxConnectionIdleMs: choice.chance(0.3) ? choice.between(50, 2_000) : undefined,
    maxConcurrentCalls: choice.chance(0.2) ? choice.between(1, 4) : undefined,
    maxQueuedCalls: choice.chance(0.1) ? choice.between(0, 2) : undefined,
    maxReceiveBytes: choice.chance(0.15) ? choice.between(3_100, 20_000) : undefined,
    compress: choice.chance(0.2) ? true : undefined,
    ambient: choice.pick(["auto", true, false] as const),
    checkReplies: choice.chance(0.5),
  };
}

function planChannel(choice: SeededChoice): ChannelOptions {
  return {
    http2: planHttp2(choice),
    backoff: BACKOFF,
    idleTimeoutMs: choice.chance(0.3) ? choice.between(100, 2_000) : undefined,
    maxReceiveBytes: choice.chance(0.1) ? choice.between(3_100, 20_000) : undefined,
    compress: choice.chance(0.25) ? true : undefined,
    format: choice.chance(0.12) ? "json" : undefined,
    userAgent: choice.chance(0.3) ? "simulation/1" : undefined,
    interceptors: choice.chance(0.2) ? [(_, next) => next()] : undefined,
  };
}

function planFaults(choice: SeededChoice, weather: Weather, durationMs: number): PlannedFault[] {
  const numbers = {
    stall: choice.between(2, 5),
    drop: { calm: 0, rough: choice.between(2, 4), storm: choice.between(4, 9) }[weather],
    "half-close": { calm: 0, rough: choice.between(2, 4), storm: choice.between(4, 9) }[weather],
    shutdown: choice.between(1, 3),
  };
  return (Object.keys(numbers) as (keyof typeof numbers)[]).flatMap((kind) =>
    Array.from({ length: numbers[kind] }, () => ({
      at: choice.next() * durationMs,
      kind,
      way: choice.pick(["up", "down"] as const),
      ms: choice.magnitude(5, 2_000),
      lot: choice.next(),
    })),
  );
}

/** How a new connection carries bytes. */
export function planCarriage(choice: SeededChoice): Carriage {
  return {
    maxPieceBytes: choice.pick([7, 100, 1_500, 16_384, 100_000]),
    latencyMs: choice.pick([0, 0.2, 5, 60]),
    jitterMs: choice.pick([0, 1, 30]),
    congestedBytes: choice.pick([1, 1_000, 65_536, 1_000_000]),
  };
}
