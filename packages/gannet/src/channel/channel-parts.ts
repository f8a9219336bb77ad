import type { Clock } from "../base/index.ts";
import type { Codecs } from "../codec/index.ts";
import type { AmbientCalls, CallCredentials, ClientInterceptor, DeadlineScheduler } from "../core/index.ts";
import type { CallPublisher, EventTeller } from "../observe/index.ts";
import type { PolicyChoice } from "./balancer/index.ts";
import type { CallRules } from "./call-rules.ts";
import type { AddressCheck, ResolverPolicy } from "./resolver/index.ts";
import type { RetryBuffer } from "./retry/index.ts";
import type { ConfigInUse } from "./service-config/index.ts";
import type { SubchannelConnection, SubchannelSettings } from "./subchannel/index.ts";
import type { Target } from "./target/index.ts";

/** What a channel is put together from. */
export interface ChannelParts {
  readonly codecs: Pick<Codecs, "counts">;
  readonly target: Target;
  readonly resolver: ResolverPolicy;
  readonly checkAddress: AddressCheck;
  /** Where no service config says otherwise. */
  readonly balancer: PolicyChoice;
  readonly serviceConfig: ConfigInUse;
  readonly rules: CallRules;
  readonly retryBuffer: RetryBuffer;
  readonly clock: Clock;
  random(): number;
  readonly deadlines: DeadlineScheduler;
  readonly interceptors: readonly ClientInterceptor[] | undefined;
  readonly ambient: AmbientCalls;
  /** What all calls prove themselves by; undefined for nothing. */
  readonly credentials: readonly CallCredentials[] | undefined;
  readonly idleTimeoutMs: number;
  /** Makes what subchannels share, of which each connection is told. */
  createSubchannelSettings(
    onConnection: (connection: SubchannelConnection) => void,
    onCallsStarted: (at: number) => void,
    run: (task: () => void) => void,
  ): SubchannelSettings;
  readonly events: EventTeller;
  readonly publisher: CallPublisher;
}
