import assert from "node:assert/strict";
import { test } from "node:test";
import { TimerWheel } from "../../base/index.ts";
import { CodecCache } from "../../codec/index.ts";
import { ScriptedPeer } from "../../http2/connection/testdata/scripted-peer.ts";
import { messageSettings } from "../../protocol/index.ts";
import { VirtualClock } from "../../testing/index.ts";
import { ClientConnection } from "./client-connection.ts";

test("the header of a path is made once, and those of paths without end are not kept", () => {
  const connection = new ClientConnection({
    http2: new ScriptedPeer("client").greet().connection,
    peer: "10.0.0.1:443",
    authority: "test",
    scheme: "http",
    deadlines: new TimerWheel(new VirtualClock()),
    codecs: new CodecCache(),
    format: "proto",
    messages: messageSettings({}, () => []),
    userAgent: "test",
  });
  const first = connection.headerFor("/service/0");
  for (let path = 0; path < 1000; path++) connection.headerFor(`/service/${path}`);
  assert.equal(connection.headerFor("/service/0"), first);
  for (let path = 1000; path < 2000; path++) connection.headerFor(`/service/${path}`);
  assert.notEqual(connection.headerFor("/service/0"), first);
});
