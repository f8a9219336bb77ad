import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { data, END_STREAM, headers, ping, rstStream, windowUpdate } from "../../testing/http2/frames.ts";
import { Http2Code } from "../http2-error.ts";
import type { ConnectionLimits } from "./connection-limits.ts";
import { requestBlock, responseBlock } from "./testdata/requests.ts";
import { ScriptedPeer } from "./testdata/scripted-peer.ts";

const MEBIBYTE = 1024 * 1024;
const QUANTUM = 16_384;

/** What a peer may send, by what it was told: it believes nothing else. */
class PeerWindows {
  connection = 65_535;
  readonly streams: Map<number, number> = new Map();
  pings: Uint8Array[] = [];
  readonly #peer: ScriptedPeer;

  constructor(peer: ScriptedPeer) {
    this.#peer = peer;
  }

  open(id: number): void {
    this.streams.set(id, 262_144);
  }

  /** Reads what the connection has said since. */
  read(): void {
    for (const { type, streamId, payload, flags } of this.#peer.frames()) {
      const increment = type === "WINDOW_UPDATE" ? Buffer.from(payload).readUInt32BE(0) : 0;
      if (streamId === 0) this.connection += increment;
      else this.streams.set(streamId, (this.streams.get(streamId) ?? 0) + increment);
      if (type === "PING" && flags === 0) this.pings.push(payload);
    }
    assert.ok(this.connection <= 0x7fffffff);
  }

  /** Sends as much of `byteLength` as it may. */
  send(id: number, byteLength: number): number {
    const length = Math.min(byteLength, this.connection, this.streams.get(id) ?? 0, QUANTUM);
    if (length <= 0) return 0;
    this.connection -= length;
    this.streams.set(id, (this.streams.get(id) ?? 0) - length);
    this.#peer.say(data(id, Buffer.alloc(length)));
    return length;
  }
}

function server(limits: ConnectionLimits = {}): { readonly peer: ScriptedPeer; readonly windows: PeerWindows } {
  const peer = new ScriptedPeer("server", limits);
  const windows = new PeerWindows(peer);
  windows.read();
  peer.greet();
  return { peer, windows };
}

describe("a link of", () => {
  /** Sends for so long over a link of that bandwidth and delay; returns bytes of each tenth of a second. */
  function run(bytesPerMs: number, delayMs: number, forMs: number, limits: ConnectionLimits = {}) {
    const { peer, windows } = server(limits);
    peer.say(headers(1, requestBlock));
    windows.open(1);
    peer.onOpen = undefined;
    const stream = peer.stream(1);
    peer.sink(1).onEach = () => peer.connection.release(stream, peer.sink(1).received.pop()?.length ?? 0);
    // What is on its way, by when it arrives.
    const toServer: { readonly at: number; readonly say: () => void }[] = [];
    const toPeer: { readonly at: number; readonly frames: ReturnType<ScriptedPeer["frames"]> }[] = [];
    let allowedConnection = windows.connection;
    let allowedStream = 262_144;
    let [sent, pings, most] = [0, 0, 0];
    const perTenth: number[] = [];
    for (peer.now = 0; peer.now < forMs; peer.now++) {
      for (let next = toServer[0]; next !== undefined && next.at <= peer.now; next = toServer[0]) {
        toServer.shift();
        next.say();
      }
      const frames = peer.frames();
      if (frames.length > 0) toPeer.push({ at: peer.now + delayMs / 2, frames });
      for (let next = toPeer[0]; next !== undefined && next.at <= peer.now; next = toPeer[0]) {
        toPeer.shift();
        for (const { type, streamId, payload } of next.frames) {
          const bytes = Buffer.from(payload);
          if (type === "PING") {
            pings++;
            toServer.push({ at: peer.now + delayMs / 2, say: () => peer.say(ping(bytes.toString("latin1"), 1)) });
          } else if (type === "WINDOW_UPDATE") {
            if (streamId === 0) allowedConnection += bytes.readUInt32BE(0);
            else allowedStream += bytes.readUInt32BE(0);
          }
        }
      }
      let room = Math.min(bytesPerMs, allowedConnection, allowedStream);
      perTenth[Math.floor(peer.now / 100)] = (perTenth[Math.floor(peer.now / 100)] ?? 0) + room;
      sent += room;
      allowedConnection -= room;
      allowedStream -= room;
      for (; room > 0; room -= Math.min(room, QUANTUM)) {
        const body = Buffer.alloc(Math.min(room, QUANTUM));
        toServer.push({ at: peer.now + delayMs / 2, say: () => peer.say(data(1, body)) });
      }
      most = Math.max(most, stream.receiveWindow + stream.unreported);
    }
    assert.deepEqual(peer.violations, []);
    return { sent, pings, most, last: perTenth.at(-1) ?? 0 };
  }

  test("100 Mbit/s and 100 ms is filled within 2 s, and was not by the first window", () => {
    const { last } = run(12_500, 100, 2_000);
    assert.ok(last >= 0.95 * 1_250_000, `${last} bytes in the last tenth of a second`);
    const fixed = run(12_500, 100, 2_000, { maxStreamWindowBytes: 262_144 });
    assert.ok(fixed.last < 0.25 * 1_250_000, `${fixed.last} bytes with a window that stays`);
    assert.equal(fixed.pings, 0);
  });

  test("1 Gbit/s and 100 ms is filled within 4 s", () => {
    const { last, most } = run(125_000, 100, 4_000);
    assert.ok(last >= 0.9 * 12_500_000, `${last} bytes in the last tenth of a second`);
    assert.ok(most <= 16 * MEBIBYTE);
  });

  test("10 Mbit/s and 20 ms keeps its window, and is asked seldom", () => {
    const { sent, pings, most } = run(1_250, 20, 20_000);
    assert.ok(sent >= 0.99 * 25_000_000);
    assert.ok(pings <= 12, `${pings} pings`);
    assert.equal(most, 262_144);
  });

  test("100 Mbit/s and 100 ms is filled as far as memory goes", () => {
    const { last } = run(12_500, 100, 3_000, { maxUnconsumedBytes: MEBIBYTE });
    assert.ok(last >= 0.7 * MEBIBYTE && last <= 1.1 * MEBIBYTE, `${last} bytes in the last tenth of a second`);
  });

  test("whatever it carries, windows grow to their limit and no more", () => {
    const { most } = run(125_000, 100, 3_000, { maxStreamWindowBytes: 1_000_000 });
    assert.equal(most, 1_000_000);
  });
});

test("an answer to a probe is nobody's business, and one that nobody asked for is", () => {
  const { peer, windows } = server();
  peer.say(headers(1, requestBlock));
  windows.open(1);
  for (let turn = 0; turn < 4; turn++) windows.send(1, QUANTUM);
  windows.read();
  assert.equal(windows.pings.length, 1);
  const answer = ping(Buffer.from(windows.pings[0] ?? []).toString("latin1"), 1);
  peer.say(answer);
  assert.deepEqual(
    peer.events.filter((event) => event.startsWith("ping")),
    [],
  );
  peer.say(answer);
  assert.equal(peer.events.filter((event) => event.startsWith("ping")).length, 1);
});

test("between two probes a server has sent DATA, so that none is counted as too many (gRFC A8)", () => {
  const peer = new ScriptedPeer("client").greet();
  const { stream } = peer.open(true);
  peer.say(headers(1, responseBlock));
  let sinceAnswer = 0;
  let probes = 0;
  for (let turn = 0; turn < 2000; turn++) {
    peer.say(data(1, Buffer.alloc(10_000)));
    peer.connection.release(stream, 10_000);
    sinceAnswer++;
    for (const { type, payload } of peer.frames()) {
      if (type !== "PING") continue;
      assert.ok(sinceAnswer > 0, "a probe without DATA before it");
      probes++;
      peer.now += 10;
      peer.say(ping(Buffer.from(payload).toString("latin1"), 1));
      assert.deepEqual(
        peer.seen().filter((one) => one === "PING"),
        [],
      );
      sinceAnswer = 0;
    }
  }
  assert.ok(probes > 3);
});

describe("memory", () => {
  const limits = { maxUnconsumedBytes: 4 * MEBIBYTE };

  test("for 1,000 streams that nobody reads is bounded, and the others go on once they are read", () => {
    const { peer, windows } = server(limits);
    const ids = Array.from({ length: 1000 }, (_, index) => 2 * index + 1);
    for (const id of ids) {
      peer.say(headers(id, requestBlock));
      windows.open(id);
    }
    let sent = 0;
    for (let more = 1; more > 0; sent += more) {
      more = 0;
      for (const id of ids) more += windows.send(id, QUANTUM);
      windows.read();
    }
    assert.ok(sent > 3 * MEBIBYTE && sent <= 4 * MEBIBYTE, `${sent} bytes`);
    for (const id of ids) {
      const { received } = peer.sink(id);
      for (const piece of received.splice(0)) peer.connection.release(peer.stream(id), piece.length);
    }
    windows.read();
    assert.equal(peer.connection.receiveWindowBytes, windows.connection);
    assert.ok(windows.connection > MEBIBYTE / 2);
    assert.ok(windows.send(1, QUANTUM) > 0);
    assert.deepEqual(peer.violations, []);
  });

  test("of streams that end is free again, whether they were read or not", () => {
    const { peer, windows } = server(limits);
    for (let id = 1; id < 400; id += 2) {
      peer.say(headers(id, requestBlock));
      windows.open(id);
      for (let turn = 0; turn < 16; turn++) windows.send(id, QUANTUM);
      if (id % 4 === 1) peer.say(rstStream(id, 8));
      else peer.connection.reset(peer.stream(id), Http2Code.Cancel);
      windows.read();
      assert.ok(windows.connection > 0, `at stream ${id}`);
    }
    assert.deepEqual(peer.violations, []);
  });

  test("is kept to whatever is sent and read, both sides agree on windows, and nothing stands still for ever", () => {
    const step = fc.oneof(
      { weight: 5, arbitrary: fc.record({ kind: fc.constant("send" as const), id: fc.nat(3), n: fc.nat(40) }) },
      { weight: 4, arbitrary: fc.record({ kind: fc.constant("read" as const), id: fc.nat(3), n: fc.nat(60) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant("answer" as const), id: fc.constant(0), n: fc.nat(50) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant("reset" as const), id: fc.nat(3), n: fc.constant(0) }) },
    );
    fc.assert(
      fc.property(fc.array(step, { minLength: 20, maxLength: 120 }), fc.integer({ min: 1, max: 3 }), (steps, size) => {
        const max = size * MEBIBYTE;
        const { peer, windows } = server({ maxUnconsumedBytes: max });
        const ids = [1, 3, 5, 7];
        for (const id of ids) {
          peer.say(headers(id, requestBlock));
          windows.open(id);
        }
        let next = 9;
        const read = (id: number, pieces: number): void => {
          for (const piece of peer.sink(id).received.splice(0, pieces))
            peer.connection.release(peer.stream(id), piece.length);
        };
        const check = (): void => {
          windows.read();
          assert.deepEqual(peer.violations, []);
          assert.equal(peer.connection.receiveWindowBytes, windows.connection);
          let unread = 0;
          for (const id of ids) {
            assert.equal(peer.stream(id).receiveWindow, windows.streams.get(id));
            assert.ok((windows.streams.get(id) ?? -1) >= 0);
            unread += peer.sink(id).received.reduce((sum, piece) => sum + piece.length, 0);
          }
          assert.ok(unread + windows.connection <= max, `${unread} + ${windows.connection} of ${max}`);
        };
        for (const { kind, id: index, n } of steps) {
          const id = ids[index] ?? 1;
          if (kind === "send") for (let turn = 0; turn < n; turn++) windows.send(id, QUANTUM - n);
          else if (kind === "read") read(id, n);
          else if (kind === "answer") {
            peer.now += n;
            for (const payload of windows.pings.splice(0)) peer.say(ping(Buffer.from(payload).toString("latin1"), 1));
          } else {
            peer.connection.reset(peer.stream(id), Http2Code.Cancel);
            peer.sink(id).received.length = 0;
            ids[index] = next;
            peer.say(headers(next, requestBlock));
            windows.open(next);
            next += 2;
          }
          check();
        }
        for (const id of ids) read(id, 1000);
        check();
        for (const id of ids) assert.ok(windows.send(id, 100) > 0, `stream ${id} stands still`);
      }),
      { numRuns: 100 },
    );
  });
});

describe("turns", () => {
  function bytesOf(peer: ScriptedPeer, sent: Map<number, number>): void {
    for (const { type, streamId, payload } of peer.frames())
      if (type === "DATA") sent.set(streamId, (sent.get(streamId) ?? 0) + payload.length);
  }

  test("give each stream as much as the others, whatever the windows and the pipe do", () => {
    const step = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({ kind: fc.constant("open" as const), n: fc.integer({ min: 1, max: 70_000 }) }),
      },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant("open" as const), n: fc.integer({ min: 1, max: 10 }) }) },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant("congest" as const), n: fc.nat(1) }) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 2, max: 6 }), (steps, count) => {
        const peer = new ScriptedPeer("server").greet([4, 0x7fffffff]);
        const ids = Array.from({ length: count }, (_, index) => 2 * index + 1);
        const sent = new Map(ids.map((id) => [id, 0]));
        peer.pipe.congested = true;
        for (const id of ids) {
          peer.say(headers(id, requestBlock));
          peer.connection.sendOwned(peer.stream(id), Buffer.alloc(5 * MEBIBYTE), false);
        }
        for (const { kind, n } of steps) {
          if (kind === "open") peer.say(windowUpdate(0, n));
          else {
            peer.pipe.congested = n === 1;
            if (n === 0) peer.connection.onDrain();
          }
          bytesOf(peer, sent);
          const amounts = [...sent.values()];
          assert.ok(Math.max(...amounts) - Math.min(...amounts) <= QUANTUM, amounts.join(" "));
          assert.ok(peer.connection.sendWindowBytes >= 0);
        }
      }),
      { numRuns: 200 },
    );
  });

  test("let a small message pass a large one, behind one turn of it", () => {
    const peer = new ScriptedPeer("server").greet([4, 0x7fffffff]);
    for (const id of [1, 3]) peer.say(headers(id, requestBlock));
    peer.say(windowUpdate(0, 0x7fff0000 - 65_535));
    peer.pipe.congested = true;
    peer.connection.sendOwned(peer.stream(1), Buffer.alloc(100 * MEBIBYTE), true);
    peer.connection.sendOwned(peer.stream(3), Buffer.alloc(10), true);
    peer.pipe.congested = false;
    peer.connection.onDrain();
    const seen = peer.seen();
    assert.ok(seen.indexOf("DATA 3 [10] end") <= 1, seen.slice(0, 3).join());
    assert.equal(seen.at(-1), "DATA 1 [16384] end");
  });

  test("of many streams let each end, while one sends without end", () => {
    const peer = new ScriptedPeer("server").greet([4, 0x7fffffff]);
    peer.say(headers(1, requestBlock));
    const endless = peer.stream(1);
    peer.connection.sendOwned(endless, Buffer.alloc(MEBIBYTE), false);
    const sent = new Map<number, number>();
    for (let id = 3; id < 203; id += 2) {
      peer.say(headers(id, requestBlock));
      peer.connection.sendOwned(peer.stream(id), Buffer.alloc(5000), true);
      peer.connection.sendOwned(endless, Buffer.alloc(20_000), false);
      peer.say(windowUpdate(0, 2 * QUANTUM));
      bytesOf(peer, sent);
      assert.equal(sent.get(id), 5000, `stream ${id}`);
    }
  });

  test("are for those that can send: a stream without a window takes none", () => {
    const peer = new ScriptedPeer("server").greet([4, 100]);
    for (const id of [1, 3, 5]) peer.say(headers(id, requestBlock));
    for (const id of [1, 3, 5]) peer.connection.sendOwned(peer.stream(id), Buffer.alloc(200), true);
    assert.deepEqual(peer.seen(), ["DATA 1 [100]", "DATA 3 [100]", "DATA 5 [100]"]);
    peer.say(windowUpdate(5, 50), windowUpdate(1, 100), windowUpdate(5, 50));
    assert.deepEqual(peer.seen(), ["DATA 5 [50]", "DATA 1 [100] end", "DATA 5 [50] end"]);
    peer.say(rstStream(3, 8), data(1, "", END_STREAM));
    assert.deepEqual(peer.violations, []);
  });
});
