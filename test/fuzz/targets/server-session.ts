import { Post } from "../../simulation/post_pb.ts";
import { FuzzClock, settle } from "../fuzz-clock.ts";
import { FuzzPipe } from "../fuzz-pipe.ts";
import { check, type FuzzTarget } from "../fuzz-target.ts";
import { runtime } from "../runtime.ts";
import { frame, headerBlock, PREFACE, SESSION_FRAMES, SETTINGS } from "../wire-pieces.ts";

const END_HEADERS = 4;
const REQUESTS = ["Unary", "ServerStream", "ClientStream", "Bidi", "None"].map((method) =>
  headerBlock(
    [":method", "POST"],
    [":scheme", "http"],
    [":path", `/simulation.Post/${method}`],
    ["te", "trailers"],
    ["content-type", "application/grpc"],
  ),
);
const OPENINGS = REQUESTS.flatMap((block) => [1, 3, 5].map((id) => frame(1, END_HEADERS, id, block)));
const FIELDS = [
  headerBlock(["grpc-timeout", "1S"]),
  headerBlock(["grpc-encoding", "gzip"]),
  headerBlock(["x-bytes-bin", "AAEC"]),
  headerBlock(["content-length", "12"]),
];

/**
 * A connection to a server with a method of each kind. The first byte says whether preface and SETTINGS come before the
 * rest, the second in pieces of how many bytes it comes.
 */
export const target: FuzzTarget = {
  summary: "a client's bytes, for a server with calls: --executions N [--seed S]",
  folders: ["http2", "server", "protocol"],
  pieces: [...OPENINGS, ...FIELDS, ...SESSION_FRAMES, frame(1, 0, 7, REQUESTS[0]), frame(9, END_HEADERS, 7)],
  seeds: () =>
    OPENINGS.flatMap((opening) =>
      SESSION_FRAMES.slice(0, 5).map((data) => Buffer.concat([Buffer.from([1, 0]), opening, data])),
    ),
  async prepare() {
    const { createServer } = await runtime.server();
    const clock = new FuzzClock();
    let problem: string | undefined;
    const server = createServer({
      clock,
      onEvent({ name, fields }) {
        if (name === "http2-violation" && fields["violation"] === "INTERNAL_ERROR") problem = String(fields["message"]);
      },
    }).add(Post, {
      unary: (letter) => letter,
      async *serverStream(letter) {
        for (let index = 0; index < 3; index++) yield { ...letter, index };
      },
      async clientStream(letters) {
        let index = 0;
        for await (const _ of letters) index++;
        return { index };
      },
      async *bidi(letters) {
        for await (const letter of letters) yield letter;
      },
    });
    return async (input) => {
      problem = undefined;
      const pipe = new FuzzPipe(false);
      server.serve(pipe);
      const isGreeted = (input[0] ?? 0) % 2 === 1;
      if (isGreeted) pipe.feed(Buffer.concat([PREFACE, SETTINGS]), 1_000);
      const bytes = input.subarray(2);
      pipe.feed(bytes, input[1] || bytes.length);
      await settle(2);
      pipe.finish();
      await settle(3);
      const { connections, calls } = server.stats();
      problem ??= pipe.problem;
      check(problem === undefined, `${problem}`);
      check(connections.open === 0, `${connections.open} connections are left`);
      check(calls.running === 0, `${calls.running} calls are left`);
      check(calls.started === calls.succeeded + calls.failed, "calls without an end");
      check(clock.waiting.size <= 1, `${clock.waiting.size} timers are left`);
    };
  },
};
