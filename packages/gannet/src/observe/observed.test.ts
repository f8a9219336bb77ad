import assert from "node:assert/strict";
import { connect } from "node:net";
import { test } from "node:test";
import { inspect } from "node:util";
import { createChannel, insecure, tls } from "../channel/index.ts";
import { createClient } from "../client/index.ts";
import { RouteGuide } from "../client/testdata/route_guide_pb.ts";
import { GrpcError } from "../core/index.ts";
import { createServer, type Server } from "../server/index.ts";
import { createCertificate, createInMemoryChannel } from "../testing/index.ts";

function serve(): Server {
  return createServer().addPartial(RouteGuide, {
    getFeature({ latitude }) {
      if (latitude < 0) throw new GrpcError("OUT_OF_RANGE", "south");
      return { name: "here" };
    },
    *listFeatures() {
      yield { name: "one" };
      yield { name: "two" };
    },
  });
}

test("a server counts calls by code, messages and connections", async () => {
  const server = serve();
  const before = Date.now();
  assert.deepEqual(server.stats().calls, {
    started: 0,
    succeeded: 0,
    failed: 0,
    byCode: {},
    lastStartedAt: undefined,
    running: 0,
    queued: 0,
    refused: 0,
  });
  const channel = createInMemoryChannel(server);
  const client = createClient(RouteGuide, channel);
  await client.getFeature({});
  await assert.rejects(client.getFeature({ latitude: -1 }).response);
  for await (const _ of client.listFeatures({}));
  await assert.rejects(client.recordRoute([]).response);

  const { calls, messages, connections, violations } = server.stats();
  const { lastStartedAt, ...counts } = calls;
  assert.deepEqual(counts, {
    started: 4,
    succeeded: 2,
    failed: 2,
    byCode: { OK: 2, OUT_OF_RANGE: 1, UNIMPLEMENTED: 1 },
    running: 0,
    queued: 0,
    refused: 0,
  });
  assert.ok(lastStartedAt !== undefined && lastStartedAt.getTime() >= before - 1);
  assert.deepEqual(messages, { sent: 3, received: 3 });
  assert.deepEqual(connections, { open: 1, total: 1, refused: 0 });
  assert.deepEqual(violations, {});

  await channel.close();
  await server.shutdown();
  assert.deepEqual(server.stats().messages, messages, "what went over a connection that is closed is not forgotten");
  assert.deepEqual(server.stats().connections, { open: 0, total: 1, refused: 0 });
});

test("a connection tells both its addresses, its streams and its messages, the same from either end", async () => {
  const server = serve();
  const { address, port } = await server.listen("127.0.0.1:0");
  assert.deepEqual(
    server.listeners().map((listener) => listener.address),
    [address],
  );
  const channel = createChannel(`127.0.0.1:${port}`, { credentials: insecure() });
  const client = createClient(RouteGuide, channel);
  await client.getFeature({});
  for await (const _ of client.listFeatures({}));

  const [atServer] = server.connections();
  const [subchannel] = channel.subchannels();
  const [atClient] = subchannel?.connections() ?? [];
  assert.ok(atServer !== undefined && subchannel !== undefined && atClient !== undefined);
  assert.equal(atServer, server.connections()[0], "it is the same object each time");
  assert.equal(subchannel, channel.subchannels()[0]);
  assert.equal(atServer.localAddress, address);
  assert.equal(atClient.remoteAddress, address);
  assert.equal(atServer.remoteAddress, atClient.localAddress);
  assert.equal(atServer.tls, undefined);

  const [served, called] = [atServer.stats(), atClient.stats()];
  assert.equal(served.streams.started, 2);
  assert.equal(served.streams.succeeded, 2);
  assert.equal(served.streams.failed, 0);
  assert.equal(called.streams.started, 2);
  assert.equal(called.streams.succeeded, 2);
  assert.deepEqual([served.messages.sent, served.messages.received], [3, 2]);
  assert.deepEqual([called.messages.sent, called.messages.received], [2, 3]);
  assert.ok(served.messages.lastSentAt instanceof Date && called.messages.lastReceivedAt instanceof Date);
  assert.ok(called.streams.lastStartedAt instanceof Date);
  assert.ok(served.sendWindowBytes > 0 && served.receiveWindowBytes > 0);

  assert.equal(channel.target, `127.0.0.1:${port}`);
  assert.deepEqual(channel.stats().connections, { open: 1, total: 1, further: 0 });
  assert.deepEqual(channel.stats().calls.byCode, { OK: 2 });
  assert.deepEqual(subchannel.addresses, [address]);
  assert.equal(subchannel.stats().state, "ready");
  assert.equal(subchannel.stats().calls.succeeded, 2);
  const shown = inspect([subchannel, atClient]);
  for (const part of [`addresses: [ '${address}' ]`, "state: 'ready'", "succeeded: 2", `remoteAddress: '${address}'`]) {
    assert.ok(shown.includes(part), `${shown} has no ${part}`);
  }

  await channel.close();
  await server.shutdown();
  assert.deepEqual(server.listeners(), []);
  assert.deepEqual(channel.stats().connections, { open: 0, total: 1, further: 0 });
  assert.equal(channel.stats().state, "shutdown");
  assert.equal(subchannel.stats().calls.succeeded, 2, "a subchannel remembers connections that are gone");
  assert.deepEqual(channel.subchannels(), []);
});

test("a connection with TLS tells the protocol, the cipher and the certificates", async () => {
  const server = serve();
  const { cert, key } = createCertificate();
  const { port } = await server.listen("127.0.0.1:0", { tls: { cert, key } });
  const channel = createChannel(`127.0.0.1:${port}`, { credentials: tls({ ca: cert }) });
  await createClient(RouteGuide, channel).getFeature({});
  const facts = server.connections()[0]?.tls;
  const seen = channel.subchannels()[0]?.connections()[0]?.tls;
  assert.equal(facts?.protocol, "TLSv1.3");
  assert.match(facts?.cipher ?? "", /^TLS_/);
  assert.ok(facts?.localCertificate !== undefined);
  assert.equal(facts.remoteCertificate, undefined);
  assert.deepEqual(seen?.remoteCertificate, facts.localCertificate);
  assert.deepEqual(channel.subchannels()[0]?.connections()[0]?.tls, seen, "each time");
  await channel.close();
  await server.shutdown();
});

test("what breaks the rules of HTTP/2, and what is not gRPC, is counted apart from calls", async () => {
  const server = serve();
  const { port } = await server.listen("127.0.0.1:0");
  const socket = connect(port, "127.0.0.1");
  // A preface, settings, and DATA on a stream that is idle.
  socket.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u0004\0\0\0\0\0\0\0\0\0\0\0\0\0\u0001", "latin1");
  await new Promise((resolve) => socket.resume().once("close", resolve));
  assert.deepEqual(server.stats().violations, { PROTOCOL_ERROR: 1 });
  assert.equal(server.stats().calls.started, 0);
  await server.shutdown();
});
