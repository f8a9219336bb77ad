import assert from "node:assert/strict";
import { test } from "node:test";
import { type Channel, createChannel, insecure, tls } from "../../channel/index.ts";
import { type Client, createClient } from "../../client/index.ts";
import { RouteGuide } from "../../client/testdata/route_guide_pb.ts";
import { GrpcError } from "../../core/index.ts";
import { createServer, type ListenAddress, type Server } from "../../server/index.ts";
import { createCertificate, createInMemoryChannel } from "../../testing/index.ts";
import { ChannelConnectivityState_State, type Socket } from "../proto/grpc/channelz/v1/channelz_pb.ts";
import { addChannelz, Channelz } from "./index.ts";

interface Served {
  readonly server: Server;
  readonly address: ListenAddress;
  /** To the server, listed by its channelz. */
  readonly channel: Channel;
  readonly route: Client<typeof RouteGuide>;
  readonly client: Client<typeof Channelz>;
}

/** A server that shows itself and a channel to it, on a socket; asked over another channel that it does not know. */
async function withChannelz(use: (served: Served) => Promise<void>, isEncrypted = false): Promise<void> {
  const server = createServer({ maxConcurrentCalls: 1, maxQueuedCalls: 0 }).addPartial(RouteGuide, {
    getFeature({ latitude }) {
      if (latitude < 0) throw new GrpcError("OUT_OF_RANGE", "south");
      return {};
    },
  });
  const identity = isEncrypted ? createCertificate() : undefined;
  const address = await server.listen("127.0.0.1:0", { tls: identity });
  const credentials = identity === undefined ? insecure() : tls({ ca: identity.cert, serverName: "localhost" });
  const channel = createChannel(address.address, { credentials });
  addChannelz(server, { channels: [channel] });
  const asking = createInMemoryChannel(server);
  const route = createClient(RouteGuide, channel);
  try {
    await use({ server, address, channel, route, client: createClient(Channelz, asking) });
  } finally {
    await Promise.all([channel.close(), asking.close(), server.shutdown({ graceMs: 0 })]);
  }
}

async function socketOf(client: Client<typeof Channelz>, socketId: bigint | undefined): Promise<Socket> {
  const { socket } = await client.getSocket(socketId === undefined ? {} : { socketId });
  return socket ?? assert.fail("there is no socket");
}

test("a server is shown with its calls, where it listens and what is connected", () =>
  withChannelz(async ({ client, route, address }) => {
    const before = Date.now();
    await route.getFeature({});
    await route.getFeature({ latitude: -1 }).response.catch(() => {});
    const { server, end } = await client.getServers({});
    assert.ok(end);
    assert.equal(server.length, 1);
    const [{ ref, data, listenSocket } = assert.fail()] = server;
    // The question is a call too.
    assert.deepEqual([data?.callsStarted, data?.callsSucceeded, data?.callsFailed], [3n, 1n, 1n]);
    assert.ok(Number(data?.lastCallStartedTimestamp?.seconds) >= Math.floor(before / 1000) - 1);

    const listening = await socketOf(client, listenSocket[0]?.socketId);
    assert.deepEqual(listening.local?.address.value, {
      $typeName: "grpc.channelz.v1.Address.TcpIpAddress",
      ipAddress: Uint8Array.of(127, 0, 0, 1),
      port: address.port,
    });
    assert.equal(listening.remote, undefined);

    const serverId = ref?.serverId ?? 0n;
    assert.deepEqual((await client.getServer({ serverId })).server?.ref, ref);
    const { socketRef } = await client.getServerSockets({ serverId });
    assert.equal(socketRef.length, 2);
    const sockets = await Promise.all(socketRef.map(({ socketId }) => socketOf(client, socketId)));
    const tcp = sockets.find(({ remote }) => remote?.address.case === "tcpipAddress")?.data;
    assert.deepEqual([tcp?.streamsStarted, tcp?.streamsSucceeded, tcp?.streamsFailed], [2n, 2n, 0n]);
    assert.deepEqual([tcp?.messagesReceived, tcp?.messagesSent], [2n, 1n]);
    assert.ok(tcp?.lastRemoteStreamCreatedTimestamp !== undefined);
    assert.equal(tcp.lastLocalStreamCreatedTimestamp, undefined);
    assert.ok((tcp.localFlowControlWindow ?? 0n) > 0n && (tcp.remoteFlowControlWindow ?? 0n) > 0n);
    assert.ok(sockets.some(({ remote }) => remote?.address.case === "otherAddress"));
  }));

test("a channel is shown with its state, its calls, and the way down to its connections", () =>
  withChannelz(async ({ client, route, channel, address }) => {
    const [idle] = (await client.getTopChannels({})).channel;
    assert.equal(idle?.data?.state?.state, ChannelConnectivityState_State.IDLE);
    await route.getFeature({});
    const {
      channel: [top],
      end,
    } = await client.getTopChannels({});
    assert.ok(end);
    const { ref, data, subchannelRef } = top ?? assert.fail("there is no channel");
    assert.equal(data?.state?.state, ChannelConnectivityState_State.READY);
    assert.equal(data.target, channel.target);
    assert.deepEqual([data.callsStarted, data.callsSucceeded, data.callsFailed], [1n, 1n, 0n]);
    const channelId = ref?.channelId ?? 0n;
    assert.deepEqual((await client.getChannel({ channelId })).channel?.ref, ref);

    const subchannelId = subchannelRef[0]?.subchannelId ?? 0n;
    const { subchannel } = await client.getSubchannel({ subchannelId });
    assert.equal(subchannel?.data?.target, address.address);
    assert.equal(subchannel.data.callsSucceeded, 1n);
    assert.equal(subchannel.socketRef.length, 1);
    const socket = await socketOf(client, subchannel.socketRef[0]?.socketId);
    assert.equal(socket.data?.messagesSent, 1n);
    assert.ok(socket.data.lastLocalStreamCreatedTimestamp !== undefined);
    assert.equal(socket.remote?.address.case, "tcpipAddress");
    assert.equal(socket.security, undefined);
  }));

test("a connection that is encrypted is shown with its cipher and certificates", () =>
  withChannelz(async ({ client, route }) => {
    await route.getFeature({});
    const [channel] = (await client.getTopChannels({})).channel;
    const { subchannel } = await client.getSubchannel({ subchannelId: channel?.subchannelRef[0]?.subchannelId ?? 0n });
    const { security } = await socketOf(client, subchannel?.socketRef[0]?.socketId);
    assert.ok(security?.model.case === "tls");
    assert.match(security.model.value.cipherSuite.value ?? "", /^TLS_/);
    // DER starts with a sequence.
    assert.equal(security.model.value.remoteCertificate[0], 0x30);
    assert.equal(security.model.value.localCertificate.length, 0);
  }, true));

test("lists come in pages, by id", async () => {
  const server = createServer();
  const channels: Channel[] = [];
  addChannelz(server, { channels });
  const asking = createInMemoryChannel(server);
  const client = createClient(Channelz, asking);
  assert.deepEqual((await client.getTopChannels({})).end, true);
  for (let port = 1; port <= 5; port++) channels.push(createChannel(`http://127.0.0.1:${port}`));
  const targets: (string | undefined)[] = [];
  let startChannelId = 0n;
  for (let isEnd = false; !isEnd; ) {
    const page = await client.getTopChannels({ startChannelId, maxResults: 2n });
    assert.ok(page.channel.length > 0 && page.channel.length <= 2);
    targets.push(...page.channel.map(({ data }) => data?.target));
    startChannelId = (page.channel.at(-1)?.ref?.channelId ?? 0n) + 1n;
    isEnd = page.end;
  }
  assert.deepEqual(
    targets,
    channels.map(({ target }) => target),
  );
  await channels[0]?.close();
  assert.equal((await client.getTopChannels({})).channel.length, 4);
  await assert.rejects(client.getTopChannels({ maxResults: -1n }).response, { code: "INVALID_ARGUMENT" });
  await assert.rejects(client.getServers({ startServerId: -1n }).response, { code: "INVALID_ARGUMENT" });
  await Promise.all([...channels, asking].map((channel) => channel.close()));
  await server.shutdown();
});

test("interceptors may keep it from others", async () => {
  const server = createServer();
  addChannelz(server, {
    interceptors: [
      () => {
        throw new GrpcError("PERMISSION_DENIED", "not you");
      },
    ],
  });
  const channel = createInMemoryChannel(server);
  await assert.rejects(createClient(Channelz, channel).getServers({}).response, { code: "PERMISSION_DENIED" });
  await Promise.all([channel.close(), server.shutdown()]);
});

test("what is not there, or of another kind, is NOT_FOUND", () =>
  withChannelz(async ({ client }) => {
    const [server] = (await client.getServers({})).server;
    const serverId = server?.ref?.serverId ?? 0n;
    const notFound = (what: string, id: bigint) => ({
      code: "NOT_FOUND",
      reason: `there is no ${what} ${id}, or no longer`,
    });
    await assert.rejects(client.getServer({ serverId: 77n }).response, notFound("server", 77n));
    await assert.rejects(client.getServerSockets({}).response, notFound("server", 0n));
    await assert.rejects(client.getChannel({ channelId: serverId }).response, notFound("channel", serverId));
    await assert.rejects(client.getSubchannel({ subchannelId: 77n }).response, notFound("subchannel", 77n));
    await assert.rejects(client.getSocket({ socketId: serverId }).response, notFound("socket", serverId));
  }));
