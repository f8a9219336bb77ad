import { VirtualClock } from "../../testing/index.ts";
import type { Channel } from "../channel.ts";
import type { ChannelOptions } from "../channel-options.ts";
import { createChannelIn } from "../create-channel.ts";
import { insecure } from "../credentials/index.ts";
import type { HedgingPolicy, RetryPolicy, ServiceConfig } from "../service-config/index.ts";
import type { RecordedCall } from "./recorded-call.ts";
import { type ScriptedCall, ScriptedServer, settle } from "./scripted-server.ts";

export const ADDRESS = "10.0.0.1:50051";
export const UNAVAILABLE = 14;
export const INVALID_ARGUMENT = 3;

export const RETRIES: RetryPolicy = {
  maxAttempts: 4,
  initialBackoff: "1s",
  maxBackoff: "3s",
  backoffMultiplier: 2,
  retryableStatusCodes: ["UNAVAILABLE"],
};

export interface RetryBench {
  readonly clock: VirtualClock;
  readonly server: ScriptedServer;
  readonly channel: Channel;
  /** The attempts that have come, in order. */
  attempts(): readonly ScriptedCall[];
  /** Lets time pass, and what it brings. */
  advance(ms: number): Promise<void>;
}

/** A channel whose calls are made as `policy` says; chance is always in the middle. */
export async function createRetryBench(
  policy: { readonly retryPolicy?: RetryPolicy; readonly hedgingPolicy?: HedgingPolicy },
  more: ServiceConfig = {},
  options: ChannelOptions = {},
): Promise<RetryBench> {
  const clock = new VirtualClock();
  const server = new ScriptedServer();
  const serviceConfig: ServiceConfig = { methodConfig: [{ name: [{}], ...policy }], ...more };
  const environment = { clock, random: () => 0.5, connect: server.connect };
  const channel = createChannelIn(environment, ADDRESS, { credentials: insecure(), serviceConfig, ...options });
  await channel.connect();
  const advance = async (ms: number) => {
    await clock.advance(ms);
    await settle();
  };
  return { clock, server, channel, attempts: () => server.calls, advance };
}

/** What the error of a call says of its attempts. */
export function causeOf(call: RecordedCall): string {
  const cause = call.end?.error?.cause;
  return cause instanceof AggregateError ? cause.message : "";
}

export function attemptsSaid(attempts: readonly ScriptedCall[]): readonly (string | undefined)[] {
  return attempts.map(({ header }) => header?.get("grpc-previous-rpc-attempts"));
}
