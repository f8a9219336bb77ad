import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { frames } from "../../testing/index.ts";
import { HeaderTemplate } from "../hpack/index.ts";
import { Http2Code } from "../http2-error.ts";
import { requestBlock } from "./testdata/requests.ts";
import { ScriptedPeer } from "./testdata/scripted-peer.ts";

const { END_HEADERS, END_STREAM } = frames;
const STREAMS = [1, 3, 5] as const;
type StreamId = (typeof STREAMS)[number];

/** The states of RFC 9113 §5.1, closed ones by what closed them: `reset` is by us, behind which what comes is passed over. */
type State = "idle" | "open" | "half-closed (local)" | "half-closed (remote)" | "closed" | "reset";

const FROM_PEER = {
  HEADERS: (id: number) => frames.headers(id, requestBlock),
  "HEADERS END_STREAM": (id: number) => frames.headers(id, requestBlock, END_HEADERS | END_STREAM),
  TRAILER: (id: number) => frames.headers(id, [["x", "y"]], END_HEADERS | END_STREAM),
  DATA: (id: number) => frames.data(id, "abc"),
  "DATA END_STREAM": (id: number) => frames.data(id, "", END_STREAM),
  RST_STREAM: (id: number) => frames.rstStream(id, Http2Code.Cancel),
  WINDOW_UPDATE: (id: number) => frames.windowUpdate(id, 5),
} as const;
type FromPeer = keyof typeof FROM_PEER;
const FROM_US = ["we send END_STREAM", "we reset"] as const;
type Step = { readonly id: StreamId; readonly what: FromPeer | (typeof FROM_US)[number] };

interface Expected {
  readonly state: State;
  /** What the peer is told of it: RST_STREAM, or GOAWAY. */
  readonly error?: "PROTOCOL_ERROR" | "STREAM_CLOSED";
  readonly isWholeConnection?: boolean;
}

/** What the RFC says of a frame in a state. */
function receive(state: State, what: FromPeer): Expected {
  const isHeader = what === "HEADERS" || what === "HEADERS END_STREAM" || what === "TRAILER";
  const isData = what === "DATA" || what === "DATA END_STREAM";
  const isEnd = what === "TRAILER" || what === "DATA END_STREAM";
  switch (state) {
    case "idle":
      if (what === "HEADERS") return { state: "open" };
      if (what === "HEADERS END_STREAM") return { state: "half-closed (remote)" };
      if (isHeader) return { state: "reset", error: "PROTOCOL_ERROR" };
      return { state, error: "PROTOCOL_ERROR", isWholeConnection: true };
    case "open":
    case "half-closed (local)":
      // A second header is a trailer: it ends the stream, and names no path.
      if (isHeader && !isEnd) return { state: "reset", error: "PROTOCOL_ERROR" };
      if (what === "RST_STREAM") return { state: "closed" };
      if (!isEnd) return { state };
      return { state: state === "open" ? "half-closed (remote)" : "closed" };
    case "half-closed (remote)":
      if (isHeader || isData) return { state: "reset", error: "STREAM_CLOSED" };
      return { state: what === "RST_STREAM" ? "closed" : state };
    case "closed":
      if (isHeader) return { state, error: "STREAM_CLOSED", isWholeConnection: true };
      return isData ? { state: "reset", error: "STREAM_CLOSED" } : { state };
    case "reset":
      return { state };
  }
}

class Model {
  readonly peer: ScriptedPeer = new ScriptedPeer("server").greet();
  readonly states: Map<number, State> = new Map(STREAMS.map((id) => [id, "idle"]));

  /** False once the connection has ended. */
  step({ id, what }: Step): boolean {
    const state = this.states.get(id) ?? "idle";
    const isOpen = state !== "idle" && state !== "closed" && state !== "reset";
    if (what === "we send END_STREAM" || what === "we reset") {
      if (!isOpen || (what === "we send END_STREAM" && state === "half-closed (local)")) return true;
      const stream = this.peer.stream(id);
      if (what === "we reset") this.peer.connection.reset(stream, Http2Code.Cancel);
      else this.peer.connection.sendHeaders(stream, new HeaderTemplate([[":status", "200"]]), true);
      const afterEnd = state === "open" ? "half-closed (local)" : "closed";
      this.states.set(id, what === "we reset" ? "reset" : afterEnd);
      this.peer.seen();
    } else {
      const { state: next, error, isWholeConnection = false } = receive(state, what);
      this.peer.say(FROM_PEER[what](id));
      const told = this.peer.seen().filter((text) => /^(RST_STREAM|GOAWAY)/.test(text));
      const isHeader = what === "HEADERS" || what === "HEADERS END_STREAM" || what === "TRAILER";
      if (state === "idle" && isHeader) this.#skipBelow(id);
      this.states.set(id, next);
      if (isWholeConnection) {
        assert.match(told.at(-1) ?? "nothing", new RegExp(`^GOAWAY \\d+ ${error}`));
        assert.equal(this.peer.connection.isClosed, true);
        assert.equal(this.peer.connection.streamCount, 0);
        return false;
      }
      assert.deepEqual(told, error === undefined ? [] : [`RST_STREAM ${id} ${error}`]);
    }
    assert.equal(this.peer.connection.isClosed, false);
    const open = [...this.states.values()].filter((one) => one === "open" || one.startsWith("half-closed"));
    assert.equal(this.peer.connection.streamCount, open.length);
    return true;
  }

  /** A stream that is opened closes the idle ones below it (§5.1.1). */
  #skipBelow(id: number): void {
    for (const [other, state] of this.states) if (other < id && state === "idle") this.states.set(other, "closed");
  }
}

test("streams of a server go from state to state as RFC 9113 §5.1 has it, whatever comes", () => {
  const step = fc.record({
    id: fc.constantFrom(...STREAMS),
    what: fc.constantFrom(...(Object.keys(FROM_PEER) as FromPeer[]), ...FROM_US),
  });
  const property = fc.property(fc.array(step, { maxLength: 14 }), (steps) => {
    const model = new Model();
    for (const one of steps) if (!model.step(one)) return;
  });
  fc.assert(property, { numRuns: 2000 });
});
