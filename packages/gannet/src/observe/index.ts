/**
 * Counters, and what servers and channels tell of themselves: for `stats()`, and for services such as channelz. Nothing
 * here is global: who wants to see a server or channel is given it. Start with observed.ts.
 */
export { CallCounts, type CallStats } from "./call-counts.ts";
export { CallPublisher, type CallRecord, type PublishedCall } from "./call-record.ts";
export { ConnectionCounts, type ConnectionStats } from "./connection-counts.ts";
export { EventTeller } from "./event-teller.ts";
export { IdentityEvents } from "./identity-events.ts";
export type {
  ChannelStats,
  CodecStats,
  ObservedChannel,
  ObservedConnection,
  ObservedListener,
  ObservedServer,
  ObservedState,
  ObservedSubchannel,
  ServerStats,
  SubchannelStats,
} from "./observed.ts";
export { ServerCounts } from "./server-counts.ts";
export { showInConsole } from "./show-in-console.ts";
