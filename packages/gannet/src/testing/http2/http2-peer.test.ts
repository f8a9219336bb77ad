import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { createClient } from "../../client/index.ts";
import { FeatureSchema, PointSchema, RouteGuide } from "../../client/testdata/route_guide_pb.ts";
import { createServer } from "../../server/index.ts";
import { frames, Http2Code, Http2Peer, ScriptedServer } from "../index.ts";

const PATH = "/routeguide.RouteGuide/GetFeature";
const { END_STREAM } = frames;

test("a client that is scripted calls a server, in memory and over a socket", async () => {
  const server = createServer().addPartial(RouteGuide, { getFeature: ({ latitude }) => ({ name: `at ${latitude}` }) });
  const { port } = await server.listen("127.0.0.1:0");
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");

  for (const peer of [Http2Peer.connect(server), Http2Peer.over(socket, "client")]) {
    await peer.greet();
    const point = toBinary(PointSchema, create(PointSchema, { latitude: 7 }));
    peer.send(frames.headers(1, frames.requestFields(PATH)), frames.message(1, point, END_STREAM));
    assert.deepEqual((await peer.expect("HEADERS 1")).fields?.[0], [":status", "200"]);
    const { payload } = await peer.expect("DATA 1");
    assert.equal(fromBinary(FeatureSchema, payload.subarray(5)).name, "at 7");
    assert.deepEqual((await peer.expect("HEADERS 1 end")).fields, [["grpc-status", "0"]]);

    // An even id is not a client's to open (RFC 9113 §5.1.1).
    peer.send(frames.headers(2, frames.requestFields(PATH)));
    await peer.expect("GOAWAY 1 PROTOCOL_ERROR");
    assert.notEqual(await peer.ended, "");
    assert.ok(peer.isEnded);
  }
  await server.shutdown();
});

test("a server that is scripted refuses a call once, and answers it when the client comes again", async () => {
  const server = new ScriptedServer();
  const channel = server.createChannel();
  const reply = createClient(RouteGuide, channel).getFeature({ latitude: 3 }).response;

  const peer = await (await server.accept()).greet();
  const request = await peer.expect("HEADERS 1");
  assert.deepEqual(
    request.fields?.find(([name]) => name === ":path"),
    [":path", PATH],
  );
  await peer.expect("DATA 1");
  peer.send(frames.rstStream(1, Http2Code.RefusedStream));

  await peer.expect("HEADERS 3");
  await peer.expect("DATA 3");
  const feature = toBinary(FeatureSchema, create(FeatureSchema, { name: "third time" }));
  peer.send(frames.headers(3, frames.RESPONSE_FIELDS), frames.message(3, feature), frames.trailers(3, 0, [["a", "b"]]));
  const { message, trailer } = await reply;
  assert.equal(message.name, "third time");
  assert.equal(trailer.get("a"), "b");
  await channel.close();
});

test("a channel that is sent away opens another connection for its next call", async () => {
  const server = new ScriptedServer();
  const channel = server.createChannel();
  const connected = channel.connect();
  const first = await (await server.accept()).greet();
  await connected;
  first.send(frames.goaway(0, Http2Code.NoError));
  await first.ended;
  const failed = assert.rejects(createClient(RouteGuide, channel).getFeature({}).response, { code: "NOT_FOUND" });
  const second = await (await server.accept()).greet();
  await second.expect("HEADERS 1");
  second.send(frames.headers(1, [...frames.RESPONSE_FIELDS, ["grpc-status", "5"]], frames.END_HEADERS | END_STREAM));
  await failed;
  assert.equal(server.peers.length, 2);
  await channel.close();
});

test("a frame that was not expected, and an end that was not, are told with what came", async () => {
  const server = createServer();
  const peer = await Http2Peer.connect(server).greet();
  peer.send(frames.headers(1, frames.requestFields("/no.Such/Method"), frames.END_HEADERS | END_STREAM));
  await assert.rejects(peer.expect("RST_STREAM 1"), { message: "expected RST_STREAM 1, and HEADERS 1 end came" });
  peer.send(frames.ping("01234567"));
  assert.equal(Buffer.from((await peer.expect("PING ack")).payload).toString(), "01234567");
  const shutdown = server.shutdown();
  await peer.expect("GOAWAY");
  peer.destroy();
  await assert.rejects(peer.expect("DATA 1"), /expected DATA 1, and the connection ended/);
  await shutdown;
});

test("a peer that speaks no HTTP/2 is told why, and what came is there as bytes too", async () => {
  const server = new ScriptedServer();
  const channel = server.createChannel();
  const failed = assert.rejects(createClient(RouteGuide, channel).getFeature({}).response, { code: "UNAVAILABLE" });
  const peer = await server.accept();
  assert.equal((await peer.next()).text, "SETTINGS");
  peer.send(Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n"));
  await peer.expect("GOAWAY 0");
  assert.match(Buffer.from(peer.takeBytes()).toString("latin1"), /^PRI \* HTTP\/2\.0/);
  await failed;
  await channel.close();
});
