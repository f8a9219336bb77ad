/** Many large messages at a time on one connection, whatever the order in which their sender sends them. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { frames } from "../../testing/index.ts";
import type { ConnectionLimits } from "./connection-limits.ts";
import { ScriptedPeer } from "./testdata/scripted-peer.ts";

const KIBIBYTE = 1024;
const FRAME = Buffer.alloc(8 * KIBIBYTE);
const STREAMS = 100;
/** The defaults, and the largest message, all an eighth of what they are. */
const MESSAGE_BYTES = 512 * KIBIBYTE;
const STREAM_WINDOW_BYTES = 32 * KIBIBYTE;
const CONNECTION_WINDOW_BYTES = 128 * KIBIBYTE;
const MEMORY_BYTES = 4096 * KIBIBYTE;
const LIMITS: ConnectionLimits = {
  streamWindowBytes: STREAM_WINDOW_BYTES,
  maxStreamWindowBytes: 2048 * KIBIBYTE,
  connectionWindowBytes: CONNECTION_WINDOW_BYTES,
  maxUnconsumedBytes: MEMORY_BYTES,
};
const RUNS = 10;
/** What a window is before SETTINGS say otherwise. */
const FIRST_WINDOW_BYTES = 65_535;

interface Upload {
  readonly id: number;
  window: number;
  left: number;
}

/** Picks who sends next of those that may, and how many of the streams are open by then. */
interface Order {
  readonly pick: (ready: readonly Upload[], numbers: Iterator<number>) => Upload | undefined;
  readonly opened: (turn: number) => number;
}

const ORDERS: Readonly<Record<string, Order>> = {
  "one after the other": { pick: (ready) => ready[0], opened: () => STREAMS },
  "the last first": { pick: (ready) => ready.at(-1), opened: () => STREAMS },
  "in turns": { pick: (ready) => mostOf(ready, ({ left }) => left), opened: () => STREAMS },
  "the one that is furthest": { pick: (ready) => mostOf(ready, ({ left }) => -left), opened: () => STREAMS },
  "one after the other, as they are opened": { pick: (ready) => ready[0], opened: (turn) => 1 + turn / 8 },
  "the last first, as they are opened": { pick: (ready) => ready.at(-1), opened: (turn) => 1 + turn / 8 },
  "in turns, as they are opened": {
    pick: (ready) => mostOf(ready, ({ left }) => left),
    opened: (turn) => 1 + turn / 40,
  },
  "any of them": {
    pick: (ready, numbers) => ready[numbers.next().value % ready.length],
    opened: (turn) => 1 + turn / 4,
  },
};

function mostOf(uploads: readonly Upload[], measure: (upload: Upload) => number): Upload | undefined {
  return uploads.reduce<Upload | undefined>(
    (most, next) => (most === undefined || measure(next) > measure(most) ? next : most),
    undefined,
  );
}

/** A sender that keeps to the windows it is given, at the other end of a link with latency. */
class Sender {
  readonly peer: ScriptedPeer = new ScriptedPeer("server", LIMITS);
  readonly uploads: Map<number, Upload> = new Map();
  readonly ended: string[] = [];
  done = 0;
  mostKept = 0;
  #opened = 0;
  #window = FIRST_WINDOW_BYTES;
  /** Answers to pings that are under way, and when they are there. */
  readonly #answers: { readonly at: number; readonly payload: Uint8Array }[] = [];

  constructor() {
    this.peer.say(frames.PREFACE, frames.settings(), frames.settingsAck);
    this.look(0);
  }

  open(count: number): void {
    for (; this.#opened < Math.min(count, STREAMS); this.#opened++) {
      const id = 2 * this.#opened + 1;
      const pairs = [":method", "POST", ":scheme", "http", ":path", "/", ":authority", "a"];
      const fields = pairs.flatMap((name, index) => (index % 2 === 0 ? [[name, pairs[index + 1] ?? ""] as const] : []));
      this.peer.say(frames.headers(id, frames.block(...fields), frames.END_HEADERS));
      const sink = this.peer.sink(id);
      sink.onEach = (event) => {
        sink.received.length = 0;
        if (event === "data") this.peer.connection.putAside(this.peer.stream(id));
      };
      this.uploads.set(id, { id, window: STREAM_WINDOW_BYTES, left: MESSAGE_BYTES });
    }
  }

  get ready(): Upload[] {
    return this.#window === 0 ? [] : [...this.uploads.values()].filter(({ window }) => window > 0);
  }

  send(upload: Upload): void {
    const byteLength = Math.min(upload.window, upload.left, this.#window, FRAME.length);
    upload.window -= byteLength;
    upload.left -= byteLength;
    this.#window -= byteLength;
    this.peer.say(frames.data(upload.id, FRAME.subarray(0, byteLength)));
    this.mostKept = Math.max(this.mostKept, this.peer.connection.unconsumedBytes);
    if (upload.left > 0) return;
    this.uploads.delete(upload.id);
    this.done++;
    this.peer.connection.release(this.peer.stream(upload.id), MESSAGE_BYTES);
  }

  /** Reads what came back, time being so much on. */
  look(latencyMs: number): void {
    for (const { type, streamId, payload, flags, text } of this.peer.frames()) {
      if (type === "WINDOW_UPDATE") this.#onWindow(streamId, Buffer.from(payload).readUInt32BE(0));
      else if (type === "PING" && (flags & 1) === 0) this.#answers.push({ at: this.peer.now + latencyMs, payload });
      else if (type === "RST_STREAM") {
        this.uploads.delete(streamId);
        this.ended.push(text);
      }
    }
    while ((this.#answers[0]?.at ?? Number.POSITIVE_INFINITY) <= this.peer.now)
      this.peer.say(frames.frame(6, 1, 0, Buffer.from(this.#answers.shift()?.payload ?? [])));
  }

  #onWindow(streamId: number, increment: number): void {
    const upload = this.uploads.get(streamId);
    if (streamId === 0) this.#window += increment;
    else if (upload !== undefined) upload.window += increment;
  }
}

const anyLink = fc.record({ latencyMs: fc.integer({ min: 0, max: 50 }), framesPerMs: fc.integer({ min: 1, max: 8 }) });

describe("a hundred of the largest messages at a time all get there", () => {
  for (const [name, { pick, opened }] of Object.entries(ORDERS))
    test(`sent ${name}`, () => {
      fc.assert(
        fc.property(anyLink, fc.infiniteStream(fc.nat()), ({ latencyMs, framesPerMs }, numbers) => {
          const sender = new Sender();
          for (let turn = 0; sender.done < STREAMS && sender.ended.length === 0; turn++) {
            sender.open(opened(turn));
            const upload = pick(sender.ready, numbers);
            if (upload !== undefined) sender.send(upload);
            else assert.ok(sender.peer.now < 100_000, `${sender.done} are there, and nothing goes on`);
            sender.peer.now += 1 / framesPerMs;
            sender.look(latencyMs);
          }
          assert.deepEqual([sender.ended, sender.done, sender.peer.violations], [[], STREAMS, []]);
          assert.ok(sender.mostKept <= MEMORY_BYTES, `${sender.mostKept} bytes at a time`);
        }),
        { numRuns: RUNS },
      );
    });
});
