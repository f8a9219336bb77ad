import type { MessageInitShape } from "@bufbuild/protobuf";
import { type Timestamp, timestampFromDate } from "@bufbuild/protobuf/wkt";
import type { TlsFacts } from "../../core/index.ts";
import type {
  CallStats,
  ObservedChannel,
  ObservedConnection,
  ObservedListener,
  ObservedServer,
  ObservedState,
  ObservedSubchannel,
} from "../../observe/index.ts";
import {
  ChannelConnectivityState_State,
  type ChannelSchema,
  type SecuritySchema,
  type ServerSchema,
  type SocketRefSchema,
  type SocketSchema,
  type SubchannelSchema,
} from "../proto/grpc/channelz/v1/channelz_pb.ts";
import { channelzAddress } from "./address.ts";
import type { EntityIds } from "./entity-ids.ts";

/** A connection, and which end of it is ours. */
export interface ConnectionEnd {
  readonly connection: ObservedConnection;
  readonly role: "client" | "server";
}

/** A channel as channelz has it. */
export function channelMessage(channel: ObservedChannel, ids: EntityIds): MessageInitShape<typeof ChannelSchema> {
  const { state, calls } = channel.stats();
  return {
    ref: { channelId: ids.idOf(channel), name: channel.target },
    data: { state: { state: STATES[state] }, target: channel.target, ...callFields(calls) },
    subchannelRef: ids
      .identify(channel.subchannels())
      .map(({ id, entity }) => ({ subchannelId: id, name: nameOf(entity) })),
  };
}

/** A subchannel as channelz has it. */
export function subchannelMessage(
  subchannel: ObservedSubchannel,
  ids: EntityIds,
): MessageInitShape<typeof SubchannelSchema> {
  const { state, calls } = subchannel.stats();
  const name = nameOf(subchannel);
  return {
    ref: { subchannelId: ids.idOf(subchannel), name },
    data: { state: { state: STATES[state] }, target: name, ...callFields(calls) },
    socketRef: ids.identify(subchannel.connections()).map(({ entity }) => connectionRef(entity, ids)),
  };
}

/** A server as channelz has it. */
export function serverMessage(server: ObservedServer, ids: EntityIds): MessageInitShape<typeof ServerSchema> {
  return {
    ref: { serverId: ids.idOf(server) },
    data: callFields(server.stats().calls),
    listenSocket: ids.identify(server.listeners()).map(({ entity }) => listenerRef(entity, ids)),
  };
}

/** What a server listens at, as channelz has it: a socket with no more than an address. */
export function listenerMessage(listener: ObservedListener, ids: EntityIds): MessageInitShape<typeof SocketSchema> {
  return { ref: listenerRef(listener, ids), data: {}, local: channelzAddress(listener.address) };
}

/** A connection as channelz has it. */
export function connectionMessage(
  { connection, role }: ConnectionEnd,
  ids: EntityIds,
): MessageInitShape<typeof SocketSchema> {
  const { streams, messages, keepalivesSent, sendWindowBytes, receiveWindowBytes } = connection.stats();
  const lastStream = timestampOf(streams.lastStartedAt);
  return {
    ref: connectionRef(connection, ids),
    data: {
      streamsStarted: BigInt(streams.started),
      streamsSucceeded: BigInt(streams.succeeded),
      streamsFailed: BigInt(streams.failed),
      messagesSent: BigInt(messages.sent),
      messagesReceived: BigInt(messages.received),
      keepAlivesSent: BigInt(keepalivesSent),
      // In gRPC it is always the client that starts a stream.
      ...(role === "client"
        ? { lastLocalStreamCreatedTimestamp: lastStream }
        : { lastRemoteStreamCreatedTimestamp: lastStream }),
      lastMessageSentTimestamp: timestampOf(messages.lastSentAt),
      lastMessageReceivedTimestamp: timestampOf(messages.lastReceivedAt),
      localFlowControlWindow: BigInt(sendWindowBytes),
      remoteFlowControlWindow: BigInt(receiveWindowBytes),
    },
    local: connection.localAddress === undefined ? undefined : channelzAddress(connection.localAddress),
    remote: channelzAddress(connection.remoteAddress),
    security: connection.tls === undefined ? undefined : securityOf(connection.tls),
  };
}

/** What names a connection in lists. */
export function connectionRef(
  connection: ObservedConnection,
  ids: EntityIds,
): MessageInitShape<typeof SocketRefSchema> {
  return { socketId: ids.idOf(connection), name: connection.remoteAddress };
}

function listenerRef(listener: ObservedListener, ids: EntityIds): MessageInitShape<typeof SocketRefSchema> {
  return { socketId: ids.idOf(listener), name: listener.address };
}

const STATES: Readonly<Record<ObservedState, ChannelConnectivityState_State>> = {
  idle: ChannelConnectivityState_State.IDLE,
  connecting: ChannelConnectivityState_State.CONNECTING,
  ready: ChannelConnectivityState_State.READY,
  transientFailure: ChannelConnectivityState_State.TRANSIENT_FAILURE,
  shutdown: ChannelConnectivityState_State.SHUTDOWN,
};

function nameOf(subchannel: ObservedSubchannel): string {
  return subchannel.addresses.join(", ");
}

interface CallFields {
  readonly callsStarted: bigint;
  readonly callsSucceeded: bigint;
  readonly callsFailed: bigint;
  readonly lastCallStartedTimestamp: Timestamp | undefined;
}

function callFields(calls: Pick<CallStats, "started" | "succeeded" | "failed" | "lastStartedAt">): CallFields {
  return {
    callsStarted: BigInt(calls.started),
    callsSucceeded: BigInt(calls.succeeded),
    callsFailed: BigInt(calls.failed),
    lastCallStartedTimestamp: timestampOf(calls.lastStartedAt),
  };
}

function securityOf({
  cipher,
  localCertificate,
  remoteCertificate,
}: TlsFacts): MessageInitShape<typeof SecuritySchema> {
  return {
    model: {
      case: "tls",
      value: {
        cipherSuite: { case: "standardName", value: cipher },
        ...(localCertificate === undefined ? {} : { localCertificate }),
        ...(remoteCertificate === undefined ? {} : { remoteCertificate }),
      },
    },
  };
}

function timestampOf(date: Date | undefined): Timestamp | undefined {
  return date === undefined ? undefined : timestampFromDate(date);
}
