import assert from "node:assert/strict";
import { test } from "node:test";
import { END_STREAM, headers, windowUpdate } from "../../testing/http2/frames.ts";
import { requestBlock } from "./testdata/requests.ts";
import { ScriptedPeer } from "./testdata/scripted-peer.ts";

const FRAME_BYTES = 16_384;
/** SETTINGS_INITIAL_WINDOW_SIZE, RFC 9113 §6.5.2. */
const INITIAL_WINDOW_SIZE = 4;

test("a message of several frames is split where it was written, and what stands around it stays", () => {
  const sizes = [FRAME_BYTES - 1, FRAME_BYTES, FRAME_BYTES + 1, 2 * FRAME_BYTES, 65_546, 8 * FRAME_BYTES, 131_073];
  for (const size of sizes) {
    const peer = new ScriptedPeer("server").greet([INITIAL_WINDOW_SIZE, 1_000_000]);
    peer.say(windowUpdate(0, 1_000_000), headers(1, requestBlock));
    const { connection } = peer;
    const small = Buffer.from("before");
    const large = Buffer.from(Array.from({ length: size }, (_, index) => (index * 7) & 0xff));
    const bodies = [small, large, small];
    for (const [index, body] of bodies.entries()) {
      const start = connection.beginData(body.length);
      connection.output.bytes.set(body, start);
      connection.commitData(peer.stream(1), start, start + body.length, index === bodies.length - 1);
    }

    const frames = peer.frames().filter(({ type }) => type === "DATA");
    assert.deepEqual(Buffer.concat(frames.map(({ payload }) => payload)), Buffer.concat(bodies), `${size} bytes`);
    assert.equal(frames.length, 2 + Math.ceil(size / FRAME_BYTES), `${size} bytes`);
    assert.ok(frames.every(({ payload }) => payload.length <= FRAME_BYTES));
    assert.deepEqual(
      frames.map(({ flags }) => flags & END_STREAM),
      frames.map((_, index) => (index === frames.length - 1 ? END_STREAM : 0)),
    );
  }
});
