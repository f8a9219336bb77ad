import type { MessageInitShape } from "@bufbuild/protobuf";
import {
  checkOptions,
  GrpcError,
  interceptorList,
  misuse,
  type OptionCheck,
  type OptionChecks,
  type ServerInterceptor,
} from "../../core/index.ts";
import type { ObservedChannel, ObservedServer, ObservedSubchannel } from "../../observe/index.ts";
import { checkServer, type Handlers, type Server } from "../../server/index.ts";
import { Channelz, type SocketSchema } from "../proto/grpc/channelz/v1/channelz_pb.ts";
import { EntityIds } from "./entity-ids.ts";
import {
  type ConnectionEnd,
  channelMessage,
  connectionMessage,
  connectionRef,
  listenerMessage,
  serverMessage,
  subchannelMessage,
} from "./entity-messages.ts";
import { takePage } from "./page.ts";

/** What channelz shows. Lists are gone through anew for each call, so that one may grow. */
export interface ChannelzOptions {
  /**
   * Channels of this process. Those that are closed are left out.
   *
   * @default none
   */
  readonly channels?: Iterable<ObservedChannel> | undefined;
  /**
   * Servers of this process.
   *
   * @default the one that channelz is added to
   */
  readonly servers?: Iterable<ObservedServer> | undefined;
  /**
   * Run around its calls, within those of the server: such as one that asks who it is that wants to know.
   *
   * @default none
   */
  readonly interceptors?: readonly ServerInterceptor[] | undefined;
}

const iterable: OptionCheck = (name, value) => {
  if (typeof Object(value)[Symbol.iterator] === "function") return;
  throw misuse(TypeError, "GANNET_INVALID_OPTION", `${name} are several: an array or another iterable`);
};
const CHECKS: OptionChecks<ChannelzOptions> = { channels: iterable, servers: iterable, interceptors: interceptorList };

/**
 * Adds `grpc.channelz.v1.Channelz`, which shows connections and counts of calls (gRFC A14). Nothing is known but what it
 * is given: gannet keeps no list of a process's channels.
 *
 * @throws TypeError where the server has it already, or for a key that is no option
 */
export function addChannelz(server: Server, options: ChannelzOptions = {}): void {
  checkServer(server, "addChannelz");
  checkOptions(options, CHECKS, "addChannelz");
  const { channels = [], servers = [server], interceptors } = options;
  server.add(Channelz, createHandlers(new Entities(channels, servers)), { limited: false, interceptors });
}

function createHandlers(all: Entities): Handlers<typeof Channelz> {
  const { ids } = all;
  return {
    getTopChannels({ startChannelId, maxResults }) {
      const { entries, end } = takePage(ids.identify(all.channels()), startChannelId, maxResults);
      return { channel: entries.map(({ entity }) => channelMessage(entity, ids)), end };
    },
    getServers({ startServerId, maxResults }) {
      const { entries, end } = takePage(ids.identify(all.servers), startServerId, maxResults);
      return { server: entries.map(({ entity }) => serverMessage(entity, ids)), end };
    },
    getServer: ({ serverId }) => ({ server: serverMessage(all.find(all.servers, serverId, "server"), ids) }),
    getServerSockets({ serverId, startSocketId, maxResults }) {
      const connections = all.find(all.servers, serverId, "server").connections();
      const { entries, end } = takePage(ids.identify(connections), startSocketId, maxResults);
      return { socketRef: entries.map(({ entity }) => connectionRef(entity, ids)), end };
    },
    getChannel: ({ channelId }) => ({ channel: channelMessage(all.find(all.channels(), channelId, "channel"), ids) }),
    getSubchannel: ({ subchannelId }) => ({
      subchannel: subchannelMessage(all.find(all.subchannels(), subchannelId, "subchannel"), ids),
    }),
    getSocket: ({ socketId }) => ({ socket: all.socket(socketId) }),
  };
}

/** What is shown, found by going through it: there is no second list that could be wrong. */
class Entities {
  readonly ids: EntityIds = new EntityIds();
  readonly servers: Iterable<ObservedServer>;
  readonly #channels: Iterable<ObservedChannel>;

  constructor(channels: Iterable<ObservedChannel>, servers: Iterable<ObservedServer>) {
    this.#channels = channels;
    this.servers = servers;
  }

  channels(): ObservedChannel[] {
    return [...this.#channels].filter((channel) => channel.stats().state !== "shutdown");
  }

  subchannels(): ObservedSubchannel[] {
    return this.channels().flatMap((channel) => [...channel.subchannels()]);
  }

  /** @throws GrpcError NOT_FOUND */
  find<T extends object>(entities: Iterable<T>, id: bigint, what: string): T {
    for (const entity of entities) if (this.ids.idOf(entity) === id) return entity;
    throw notFound(id, what);
  }

  /** @throws GrpcError NOT_FOUND */
  socket(id: bigint): MessageInitShape<typeof SocketSchema> {
    for (const server of this.servers) {
      for (const listener of server.listeners())
        if (this.ids.idOf(listener) === id) return listenerMessage(listener, this.ids);
    }
    for (const end of this.#connectionEnds())
      if (this.ids.idOf(end.connection) === id) return connectionMessage(end, this.ids);
    throw notFound(id, "socket");
  }

  *#connectionEnds(): Generator<ConnectionEnd> {
    for (const server of this.servers)
      for (const connection of server.connections()) yield { connection, role: "server" };
    for (const subchannel of this.subchannels())
      for (const connection of subchannel.connections()) yield { connection, role: "client" };
  }
}

function notFound(id: bigint, what: string): GrpcError {
  return new GrpcError("NOT_FOUND", `there is no ${what} ${id}, or no longer`);
}
