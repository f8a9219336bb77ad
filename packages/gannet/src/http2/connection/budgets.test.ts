import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  continuation,
  data,
  END_HEADERS,
  END_STREAM,
  frame,
  headers,
  ping,
  rstStream,
  settings,
  windowUpdate,
} from "../../testing/http2/frames.ts";
import { FrameType } from "../frame/index.ts";
import { HeaderTemplate } from "../hpack/index.ts";
import type { ConnectionLimits } from "./connection-limits.ts";
import { requestBlock, responseBlock } from "./testdata/requests.ts";
import { ScriptedPeer } from "./testdata/scripted-peer.ts";

const MEBIBYTE = 1024 * 1024;
const HEADER = new HeaderTemplate([[":status", "200"]]);
const priority = frame(FrameType.Priority, 0, 9, Buffer.alloc(5));

function server(limits: ConnectionLimits = {}, ...pairs: readonly (readonly [number, number])[]): ScriptedPeer {
  return new ScriptedPeer("server", limits).greet(...pairs);
}

/** The names of what the peer did wrong. */
function names(peer: ScriptedPeer): string[] {
  return peer.violations.map((one) => one.split(":", 1)[0] ?? "");
}

function assertCalmed(peer: ScriptedPeer, violation: string): void {
  assert.deepEqual(names(peer), [violation]);
  assert.match(peer.seen().at(-1) ?? "", /^GOAWAY \d+ ENHANCE_YOUR_CALM$/);
  assert.ok(peer.connection.isClosed && peer.pipe.isEnded);
  assert.equal(peer.timers.size, 0);
}

describe("what frames are for is no flood:", () => {
  test("windows for what was sent, ten for each frame and its connection", () => {
    const peer = server({}, [4, 0x7fffffff]);
    peer.say(headers(1, requestBlock));
    for (let turn = 0; turn < 200; turn++) {
      peer.connection.sendOwned(peer.stream(1), Buffer.alloc(50), false);
      for (let update = 0; update < 10; update++) peer.say(windowUpdate(0, 5), windowUpdate(1, 5));
    }
    assert.deepEqual(peer.violations, []);
  });

  test("windows for a long frame, as for several", () => {
    const peer = server({}, [4, 0x7fffffff], [5, 1_000_000]);
    peer.say(headers(1, requestBlock), windowUpdate(0, 1_000_000));
    peer.connection.sendOwned(peer.stream(1), Buffer.alloc(1_000_000), false);
    assert.equal(peer.seen().length, 16, "frames of 64 KiB");
    for (let update = 0; update < 1200; update++) peer.say(windowUpdate(0, 800));
    assert.deepEqual(peer.violations, []);
  });

  test("windows for streams that were refused, of which the peer could not know", () => {
    const peer = server({ maxConcurrentStreams: 1 });
    for (let id = 1; id < 40; id += 2) peer.say(headers(id, requestBlock), windowUpdate(id, 1_000));
    assert.equal(peer.connection.isClosed, false);
    peer.connection.goaway(0);
    for (let id = 41; id < 80; id += 2) peer.say(headers(id, requestBlock), windowUpdate(id, 1_000));
    assert.equal(peer.connection.isClosed, false);
  });

  test("priorities for streams", () => {
    const peer = server();
    for (let id = 1; id < 100; id += 2) {
      peer.say(headers(id, requestBlock), ...Array.from({ length: 100 }, () => priority));
    }
    peer.say(...Array.from({ length: 100 }, () => priority));
    assert.deepEqual(peer.violations, []);
    peer.say(priority);
    assertCalmed(peer, "priority-flood");
  });

  test("an empty frame now and then, and the rest of a window", () => {
    const peer = server();
    peer.say(headers(1, requestBlock));
    for (let turn = 0; turn < 100; turn++) {
      peer.say(...Array.from({ length: 99 }, () => data(1)), data(1, "12345"));
      peer.now += 500;
    }
    for (let turn = 0; turn < 3000; turn++) peer.say(data(1, "12345"), data(1, "x"));
    assert.deepEqual(peer.violations, []);
  });

  test("as many tiny streams as one likes, which end with an empty frame", () => {
    const peer = server();
    peer.onOpen = (stream, sink) => {
      sink.onEach = (_, endStream) => {
        if (!endStream) return;
        peer.connection.sendHeaders(stream, HEADER, true);
        peer.connection.releaseStream(stream);
      };
    };
    for (let id = 1; id < 10_000; id += 2) peer.say(headers(id, requestBlock), data(id, "", END_STREAM));
    assert.deepEqual(peer.violations, []);
  });
});

describe("a header block in pieces", () => {
  test("has 10 s to become whole, whatever else happens", () => {
    const peer = server();
    peer.say(headers(1, requestBlock.subarray(0, 1), 0));
    peer.wait(5_000);
    peer.say(continuation(1, requestBlock.subarray(1, 2)));
    peer.wait(4_900);
    assert.deepEqual(peer.violations, []);
    peer.wait(1_200);
    assertCalmed(peer, "header-block-timeout");
  });

  test("that becomes whole leaves no timer", () => {
    const peer = server();
    peer.say(headers(1, requestBlock.subarray(0, 1), 0), continuation(1, requestBlock.subarray(1), END_HEADERS));
    assert.deepEqual(peer.events, ["1: headers"]);
    peer.wait(60_000);
    assert.deepEqual([peer.violations, peer.timers.size], [[], 0]);
  });

  test("of a server is waited for as long", () => {
    const peer = new ScriptedPeer("client").greet();
    peer.open(true);
    peer.say(headers(1, responseBlock, 0));
    peer.wait(11_100);
    assertCalmed(peer, "header-block-timeout");
  });

  test("has as many frames as its limit says", () => {
    const peer = server({ maxContinuationFrames: 1 });
    peer.say(headers(1, requestBlock, 0), continuation(1, Buffer.alloc(0), END_HEADERS));
    assert.deepEqual(peer.events, ["1: headers"]);
    peer.say(headers(3, requestBlock, 0), continuation(3, Buffer.alloc(0)), continuation(3, Buffer.alloc(0)));
    assertCalmed(peer, "continuation-flood");
  });
});

describe("a peer that does not read", () => {
  for (const [name, provoke] of [
    ["pings", () => ping()],
    ["settings", () => settings()],
  ] as const) {
    test(`gets 1,000 answers to its ${name}`, () => {
      const peer = server({ maxUselessFrames: 1_000_000 });
      peer.pipe.congested = true;
      let turn = 0;
      for (; turn < 5000 && !peer.connection.isClosed; turn++) peer.say(provoke());
      assert.equal(turn, 1001);
      assertCalmed(peer, "control-queue-flood");
    });
  }

  test("and makes us reset streams gets 1,000 of them", () => {
    const peer = server({ maxResets: 1_000_000 });
    peer.onOpen = (stream) => peer.connection.releaseStream(stream);
    peer.pipe.congested = true;
    let id = 1;
    for (; id < 10_000 && !peer.connection.isClosed; id += 2) peer.say(headers(id, requestBlock), windowUpdate(id, 0));
    assert.equal((id - 1) / 2, 1001);
    assert.equal(names(peer).at(-1), "control-queue-flood");
  });

  test("now and then may go on, as the answers leave", () => {
    const peer = server({ maxUselessFrames: 1_000_000 });
    for (let turn = 0; turn < 10_000; turn++) {
      peer.pipe.congested = turn % 900 !== 0;
      peer.say(ping());
    }
    assert.deepEqual(peer.violations, []);
  });

  test("gets small replies into the queue, and not into the pipe", () => {
    const peer = server({}, [4, 0x7fffffff]);
    peer.say(windowUpdate(0, 0x7fff0000), headers(1, requestBlock));
    peer.pipe.congested = true;
    const { connection } = peer;
    for (let turn = 0; turn < 1000; turn++) {
      const at = connection.beginData(100);
      connection.commitData(peer.stream(1), at, at + 100, false);
    }
    assert.deepEqual([peer.seen(), peer.stream(1).pendingBytes], [[], 100_000]);
  });
});

describe("a client that takes nothing of what it asks for", () => {
  /** Opens streams without a window, and has each answered with so much. */
  function ask(peer: ScriptedPeer, streams: number, replyBytes: number): void {
    peer.onOpen = (stream, sink) => {
      sink.onEach = () => {
        peer.connection.sendHeaders(stream, HEADER, false);
        peer.connection.sendOwned(stream, Buffer.alloc(replyBytes), true);
      };
    };
    const first = 2 * peer.sinks.size + 1;
    for (let id = first; id < first + 2 * streams; id += 2)
      peer.say(headers(id, requestBlock, END_HEADERS | END_STREAM));
  }

  function queued(peer: ScriptedPeer): number {
    let sum = 0;
    for (const { stream } of peer.sinks.values()) sum += stream?.pendingBytes ?? 0;
    return sum;
  }

  test("has so much in the queue and no more: further streams are reset, and go on with a window", () => {
    const peer = server({ maxQueuedBytes: 10 * MEBIBYTE }, [4, 0]);
    ask(peer, 100, MEBIBYTE);
    assert.equal(queued(peer), 11 * MEBIBYTE);
    assert.equal(names(peer).filter((name) => name === "send-queue-full").length, 89);
    assert.equal(peer.seen().filter((one) => /^RST_STREAM \d+ ENHANCE_YOUR_CALM$/.test(one)).length, 89);
    assert.ok(peer.events.includes("23: reset 11 violation"), "its sink is told");
    peer.say(windowUpdate(0, 20 * MEBIBYTE), settings([4, 2 * MEBIBYTE]));
    assert.equal(queued(peer), 0);
    assert.equal(peer.seen().filter((one) => one.endsWith(" end")).length, 11);
    assert.equal(peer.connection.streamCount, 0);
  });

  test("may ask for one thing that is larger than all that", () => {
    const peer = server({ maxQueuedBytes: 0 }, [4, 0]);
    ask(peer, 1, 30 * MEBIBYTE);
    assert.deepEqual([names(peer), queued(peer)], [[], 30 * MEBIBYTE]);
  });

  test("is let go after 2 minutes", () => {
    const peer = server({}, [4, 0]);
    ask(peer, 3, MEBIBYTE);
    peer.seen();
    peer.wait(119_000);
    assert.deepEqual(names(peer), []);
    peer.wait(3_000);
    assertCalmed(peer, "send-stall");
    assert.equal(queued(peer), 0);
  });

  test("but a byte now and then is let go as well", () => {
    const peer = server({ sendStallTimeoutMs: 10_000 }, [4, 0]);
    ask(peer, 3, MEBIBYTE);
    for (let turn = 0; turn < 11; turn++) {
      peer.say(windowUpdate(1, 1));
      peer.wait(1_000);
    }
    assertCalmed(peer, "send-stall");
  });

  test("but a frame now and then may go on", () => {
    const peer = server({ sendStallTimeoutMs: 10_000 }, [4, 0]);
    ask(peer, 2, MEBIBYTE);
    for (let turn = 0; turn < 30; turn++) {
      peer.say(windowUpdate(1, 16_384), windowUpdate(0, 16_384));
      peer.wait(9_000);
    }
    assert.deepEqual(names(peer), []);
  });

  test("and of which little waits, may pause for ever", () => {
    const peer = server({}, [4, 0]);
    ask(peer, 10, 100_000);
    peer.wait(3_600_000);
    assert.deepEqual([names(peer), peer.timers.size, queued(peer)], [[], 0, MEBIBYTE - 48_576]);
  });

  test("and resets it all, leaves nothing in the queue", () => {
    const peer = server({}, [4, 0]);
    ask(peer, 20, MEBIBYTE);
    for (let id = 1; id < 40; id += 2) peer.say(rstStream(id, 8));
    ask(peer, 20, MEBIBYTE);
    assert.deepEqual(names(peer), []);
    peer.wait(1000);
    assert.equal(queued(peer), 20 * MEBIBYTE);
  });

  test("on a client is no attack: its own users ask it to send", () => {
    const peer = new ScriptedPeer("client", { maxQueuedBytes: 0 }).greet([4, 0]);
    for (let turn = 0; turn < 3; turn++)
      peer.connection.sendOwned(peer.open().stream, Buffer.alloc(2 * MEBIBYTE), true);
    peer.wait(3_600_000);
    assert.deepEqual([names(peer), peer.connection.streamCount], [[], 3]);
  });
});
