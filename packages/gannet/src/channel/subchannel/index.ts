/** One backend: its connection, its state, its backoff. Start with http2-subchannel.ts. */

export { type ChannelKeepaliveOptions, KeepaliveSettings } from "./connection-keepalive.ts";
export { ConnectionScaling } from "./connection-scaling.ts";
export type { Connector } from "./connector.ts";
export { Http2Subchannel, type SubchannelSettings } from "./http2-subchannel.ts";
export type { OwnCallStarter } from "./standing-call.ts";
export type { CallLine, ConnectionSettings, SubchannelConnection, WaitingCall } from "./subchannel-connection.ts";
