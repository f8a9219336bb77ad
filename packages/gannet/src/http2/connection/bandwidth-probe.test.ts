import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { BandwidthProbe } from "./bandwidth-probe.ts";

const KIBIBYTE = 1024;

/** A probe, and a link on which so much comes within a round trip. */
class Link {
  now = 0;
  pings = 0;
  readonly probe: BandwidthProbe;

  constructor(windowBytes: number, maxWindowBytes: number) {
    this.probe = new BandwidthProbe(windowBytes, maxWindowBytes, () => this.now);
  }

  /** DATA comes until a probe is sent, and then so much, in so many milliseconds, until its answer. */
  trip(byteLength: number, ms: number): void {
    for (let bytes = 0; !this.probe.onData(KIBIBYTE); bytes += KIBIBYTE) assert.ok(bytes < 1024 * 1024 * KIBIBYTE);
    this.pings++;
    for (let bytes = 0; bytes < byteLength; bytes += KIBIBYTE) assert.ok(!this.probe.onData(KIBIBYTE));
    this.now += ms;
    assert.ok(this.probe.onAck());
  }

  /** How much has to come until the next probe. */
  interval(): number {
    let byteLength = KIBIBYTE;
    while (!this.probe.onData(KIBIBYTE)) byteLength += KIBIBYTE;
    assert.ok(this.probe.onAck());
    return byteLength;
  }
}

describe("the window", () => {
  test("doubles what came in a round trip, where that was nearly all it had", () => {
    const link = new Link(256 * KIBIBYTE, 16 * 1024 * KIBIBYTE);
    link.trip(256 * KIBIBYTE, 100);
    assert.equal(link.probe.windowBytes, 512 * KIBIBYTE);
    link.trip(400 * KIBIBYTE, 100);
    assert.equal(link.probe.windowBytes, 800 * KIBIBYTE);
  });

  test("stays where less came: it is not what limits", () => {
    const link = new Link(256 * KIBIBYTE, 16 * 1024 * KIBIBYTE);
    link.trip(160 * KIBIBYTE, 100);
    assert.equal(link.probe.windowBytes, 256 * KIBIBYTE);
  });

  test("stays where the link carries no more than before: what is more only waits on the way", () => {
    const link = new Link(256 * KIBIBYTE, 16 * 1024 * KIBIBYTE);
    link.trip(256 * KIBIBYTE, 100);
    link.trip(512 * KIBIBYTE, 400);
    assert.equal(link.probe.windowBytes, 512 * KIBIBYTE);
  });

  test("stays where no time passes", () => {
    const link = new Link(256 * KIBIBYTE, 16 * 1024 * KIBIBYTE);
    for (let turn = 0; turn < 10; turn++) link.trip(256 * KIBIBYTE, 0);
    assert.equal(link.probe.windowBytes, 256 * KIBIBYTE);
  });

  test("grows up to its limit, and then there are no probes", () => {
    const link = new Link(256 * KIBIBYTE, 600 * KIBIBYTE);
    link.trip(256 * KIBIBYTE, 100);
    link.trip(512 * KIBIBYTE, 100);
    assert.equal(link.probe.windowBytes, 600 * KIBIBYTE);
    for (let bytes = 0; bytes < 100 * 1024; bytes++) assert.ok(!link.probe.onData(KIBIBYTE));
  });

  test("that may not grow is not probed", () => {
    const { probe } = new Link(256 * KIBIBYTE, 256 * KIBIBYTE);
    for (let bytes = 0; bytes < 100 * 1024; bytes++) assert.ok(!probe.onData(KIBIBYTE));
    assert.ok(!probe.onAck());
  });
});

describe("probes", () => {
  test("become rarer as they find nothing, and come again once they have", () => {
    const link = new Link(256 * KIBIBYTE, 16 * 1024 * KIBIBYTE);
    const intervals = Array.from({ length: 9 }, () => link.interval() / KIBIBYTE);
    assert.deepEqual(intervals, [64, 128, 256, 512, 1024, 2048, 4096, 4096, 4096]);
    link.trip(256 * KIBIBYTE, 1);
    assert.equal(link.interval(), KIBIBYTE, "with the next DATA");
    assert.equal(link.interval(), 256 * KIBIBYTE);
  });

  test("follow each other four times where much came, which may have been half of a burst", () => {
    const link = new Link(256 * KIBIBYTE, 16 * 1024 * KIBIBYTE);
    link.trip(128 * KIBIBYTE, 10);
    const before = link.interval();
    assert.equal(before, KIBIBYTE);
    const other = new Link(256 * KIBIBYTE, 16 * 1024 * KIBIBYTE);
    for (let turn = 0; turn < 4; turn++) other.trip(128 * KIBIBYTE, 10);
    assert.equal(other.interval(), 128 * KIBIBYTE);
  });

  test("are answered once each", () => {
    const link = new Link(256 * KIBIBYTE, 16 * 1024 * KIBIBYTE);
    assert.ok(!link.probe.onAck());
    link.trip(1000, 1);
    assert.ok(!link.probe.onAck());
  });
});
