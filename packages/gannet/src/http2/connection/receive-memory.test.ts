/** What becomes of streams when memory is short: see the table over `ReceiveMemory`. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { frames } from "../../testing/index.ts";
import type { ConnectionLimits } from "./connection-limits.ts";
import { ScriptedPeer } from "./testdata/scripted-peer.ts";

const KIBIBYTE = 1024;
const MEBIBYTE = 1024 * KIBIBYTE;
const FRAME_BYTES = 16 * KIBIBYTE;
const BODY = Buffer.alloc(FRAME_BYTES);
/** The least that a connection may keep, its window. */
const LIMITS: ConnectionLimits = { maxUnconsumedBytes: MEBIBYTE };
const EnhanceYourCalm = 11;

const request = (id: number): Uint8Array =>
  frames.headers(
    id,
    frames.block([":method", "POST"], [":scheme", "http"], [":path", "/"], [":authority", "a"]),
    frames.END_HEADERS,
  );

/** A client whose streams are put aside as they come, and that keeps to the windows it is given. */
class Uploads {
  readonly peer: ScriptedPeer = new ScriptedPeer("server", LIMITS).greet();
  readonly sent = new Map<number, number>();
  readonly #windows = new Map<number, number>();
  #connectionWindow = MEBIBYTE;
  readonly ended: string[] = [];

  open(...ids: readonly number[]): this {
    for (const id of ids) {
      this.peer.say(request(id));
      const sink = this.peer.sink(id);
      sink.onEach = (event) => event === "data" && this.peer.connection.putAside(this.peer.stream(id));
      this.#windows.set(id, 256 * KIBIBYTE);
      this.sent.set(id, 0);
    }
    return this;
  }

  /** Sends `byteLength` more on a stream, or as much of it as windows allow. Gives how much. */
  send(id: number, byteLength: number): number {
    let sent = 0;
    for (;;) {
      this.look();
      const room = Math.min(this.#windows.get(id) ?? 0, this.#connectionWindow, FRAME_BYTES, byteLength - sent);
      if (room <= 0) return sent;
      this.peer.say(frames.data(id, BODY.subarray(0, room)));
      this.#windows.set(id, (this.#windows.get(id) ?? 0) - room);
      this.#connectionWindow -= room;
      this.sent.set(id, (this.sent.get(id) ?? 0) + room);
      sent += room;
    }
  }

  look(): void {
    for (const { type, streamId, payload, text } of this.peer.frames()) {
      if (type === "WINDOW_UPDATE") {
        const increment = Buffer.from(payload).readUInt32BE(0);
        if (streamId === 0) this.#connectionWindow += increment;
        else this.#windows.set(streamId, (this.#windows.get(streamId) ?? 0) + increment);
      } else if (type === "RST_STREAM") {
        this.#windows.delete(streamId);
        this.ended.push(text);
      }
    }
  }

  /** All that was sent on a stream is consumed. */
  finish(id: number): void {
    this.peer.connection.release(this.peer.stream(id), this.sent.get(id) ?? 0);
    this.look();
  }

  get kept(): number {
    return this.peer.connection.unconsumedBytes;
  }
}

describe("what is put aside", () => {
  test("may be larger than the window of its stream, and is kept until it is released", () => {
    const uploads = new Uploads().open(1);
    assert.equal(uploads.send(1, 600 * KIBIBYTE), 600 * KIBIBYTE);
    assert.equal(uploads.kept, 600 * KIBIBYTE);
    uploads.finish(1);
    assert.equal(uploads.kept, 0);
    assert.deepEqual(uploads.ended, []);
  });

  test("is let go on one after the other, the oldest first, when much is kept, and all of it comes", () => {
    const uploads = new Uploads().open(1, 3);
    for (let turn = 0; turn < 20; turn++) {
      uploads.send(3, FRAME_BYTES);
      uploads.send(1, FRAME_BYTES);
    }
    const [oldest = 0, other = 0] = [uploads.sent.get(1), uploads.sent.get(3)];
    assert.ok(other < 400 * KIBIBYTE, `${other}`);
    // What is left of its window, and nothing behind that.
    assert.ok(uploads.send(3, MEBIBYTE) < 256 * KIBIBYTE);
    assert.equal(uploads.send(3, MEBIBYTE), 0);
    uploads.send(1, 500 * KIBIBYTE - oldest);
    assert.equal(uploads.sent.get(1), 500 * KIBIBYTE);
    uploads.finish(1);
    assert.ok(uploads.send(3, 300 * KIBIBYTE) > 0);
    uploads.finish(3);
    assert.deepEqual([uploads.ended, uploads.kept, uploads.peer.violations], [[], 0, []]);
  });

  test("leaves its peer the whole window when it was released", () => {
    const uploads = new Uploads().open(1);
    for (let message = 0; message < 10; message++) {
      uploads.sent.set(1, 0);
      assert.equal(uploads.send(1, 700 * KIBIBYTE), 700 * KIBIBYTE);
      uploads.finish(1);
      assert.equal(uploads.kept, 0);
    }
    assert.equal(uploads.peer.connection.receiveWindowBytes >= 512 * KIBIBYTE, true);
  });

  test("is given up where it is all that there is room for and none of it ends, but for the oldest", () => {
    const ids = [1, 3, 5, 7, 9, 11];
    const uploads = new Uploads().open(...ids);
    for (const id of [...ids.slice(1), 1]) uploads.send(id, MEBIBYTE / 2);
    assert.ok(uploads.ended.length > 0);
    assert.ok(uploads.ended.every((text) => text.includes("ENHANCE_YOUR_CALM") || text.includes(`${EnhanceYourCalm}`)));
    assert.ok(uploads.peer.violations.every((text) => text.startsWith("receive-buffer-full: 1048576 bytes are kept")));
    assert.equal(uploads.peer.sink(1).resets.length, 0);
    assert.equal(uploads.peer.violations.length, uploads.ended.length);
    assert.ok(uploads.kept <= MEBIBYTE, `${uploads.kept}`);
  });

  test("goes on beyond the limit where it is alone: how large a message may be is for others to say", () => {
    const uploads = new Uploads().open(1);
    assert.equal(uploads.send(1, 3 * MEBIBYTE), 3 * MEBIBYTE);
    uploads.finish(1);
    assert.equal(uploads.kept, 0);
    assert.deepEqual(uploads.ended, []);
  });

  test("does not end where others are read sooner or later", () => {
    const uploads = new Uploads().open(1, 3, 5, 7, 9);
    for (const id of [3, 5, 7, 9]) uploads.peer.sink(id).onEach = undefined;
    for (const id of [3, 5, 7, 9, 1]) uploads.send(id, MEBIBYTE);
    assert.ok(uploads.kept > MEBIBYTE - FRAME_BYTES);
    assert.deepEqual(uploads.ended, []);
    for (const id of [3, 5, 7, 9]) uploads.finish(id);
    assert.ok(uploads.send(1, 500 * KIBIBYTE) > 0);
  });

  test("counts no more when its stream is reset, and none of its memory is lost", () => {
    const uploads = new Uploads().open(1, 3);
    uploads.send(1, 300 * KIBIBYTE);
    uploads.send(3, 300 * KIBIBYTE);
    uploads.peer.say(frames.rstStream(1, 8));
    uploads.look();
    assert.equal(uploads.kept, uploads.sent.get(3));
    uploads.peer.say(frames.rstStream(3, 8));
    uploads.look();
    assert.equal(uploads.kept, 0);
    assert.equal(uploads.open(5).send(5, 900 * KIBIBYTE), 900 * KIBIBYTE);
  });

  test("leaves padding out, however much of it there is", () => {
    const uploads = new Uploads().open(1);
    const padded = frames.frame(0, 8, 1, Buffer.concat([Buffer.from([200]), Buffer.alloc(10), Buffer.alloc(200)]));
    for (let turn = 0; turn < 5_000; turn++) uploads.peer.say(padded);
    uploads.look();
    assert.equal(uploads.kept, 50_000);
    assert.deepEqual(uploads.ended, []);
  });
});
