import type { GrpcEvent } from "../../core/index.ts";
import { VirtualClock } from "../../testing/index.ts";
import type { Channel } from "../channel.ts";
import type { ChannelOptions } from "../channel-options.ts";
import { type ChannelEnvironment, createChannelIn } from "../create-channel.ts";
import { insecure } from "../credentials/index.ts";
import { RecordedCall } from "./recorded-call.ts";
import { ScriptedServer, settle } from "./scripted-server.ts";

/** Where channels of tests go. */
export const ADDRESS = "10.0.0.1:1";

/** A channel to a scripted server, in virtual time, and what it tells. */
export class ChannelBench {
  readonly clock: VirtualClock = new VirtualClock();
  readonly server: ScriptedServer = new ScriptedServer();
  readonly channel: Channel;
  readonly events: GrpcEvent[] = [];

  constructor(target: string = ADDRESS, options: ChannelOptions = {}, environment: ChannelEnvironment = {}) {
    const parts = { clock: this.clock, random: () => 0.5, connect: this.server.connect, ...environment };
    const onEvent = (event: GrpcEvent) => void this.events.push(event);
    this.channel = createChannelIn(parts, target, { credentials: insecure(), onEvent, ...options });
  }

  /** Starts so many unary calls, and lets them get as far as they can. */
  async call(count = 1, init: ConstructorParameters<typeof RecordedCall>[1] = {}): Promise<RecordedCall[]> {
    const calls = Array.from({ length: count }, () => new RecordedCall(this.channel, init));
    await settle();
    return calls;
  }

  async advance(ms: number): Promise<void> {
    await this.clock.advance(ms);
    await settle();
  }

  /** How many calls came on each connection so far. */
  get spread(): readonly number[] {
    return this.server.connections.map(({ calls }) => calls.length);
  }

  /** The events of a name. */
  told(name: string): readonly GrpcEvent[] {
    return this.events.filter((event) => event.name === name);
  }
}

/** How calls ended, in the order in which they were made. */
export function outcomesOf(calls: readonly RecordedCall[]): readonly string[] {
  return calls.map(({ outcome }) => outcome);
}
