import { Post } from "../../simulation/post_pb.ts";
import { FuzzClock, settle } from "../fuzz-clock.ts";
import { FuzzPipe } from "../fuzz-pipe.ts";
import { check, type FuzzTarget } from "../fuzz-target.ts";
import { runtime } from "../runtime.ts";
import { frame, headerBlock, SESSION_FRAMES, SETTINGS } from "../wire-pieces.ts";

const END_STREAM = 1;
const END_HEADERS = 4;
const RESPONSE = headerBlock([":status", "200"], ["content-type", "application/grpc"]);
const BLOCKS = [
  RESPONSE,
  headerBlock([":status", "200"], ["content-type", "application/grpc"], ["grpc-status", "0"]),
  headerBlock([":status", "503"], ["content-type", "text/html"]),
  headerBlock([":status", "100"]),
  headerBlock([":status", "200"], ["content-type", "application/grpc"], ["grpc-encoding", "gzip"]),
];
const TRAILERS = [
  headerBlock(["grpc-status", "0"]),
  headerBlock(["grpc-status", "5"], ["grpc-message", "gone%20away"], ["grpc-status-details-bin", "CAUSBGdvbmU"]),
];
const ANSWERS = [1, 3, 5].flatMap((id) => [
  ...BLOCKS.map((block) => frame(1, END_HEADERS, id, block)),
  ...BLOCKS.map((block) => frame(1, END_HEADERS | END_STREAM, id, block)),
  ...TRAILERS.map((block) => frame(1, END_HEADERS | END_STREAM, id, block)),
]);

/**
 * A channel with a call of three kinds on streams 1, 3 and 5. The first byte says whether SETTINGS come before the rest,
 * the second in pieces of how many bytes it comes.
 */
export const target: FuzzTarget = {
  summary: "a server's bytes, for a channel with calls: --executions N [--seed S]",
  folders: ["http2", "channel", "protocol"],
  pieces: [...ANSWERS, ...SESSION_FRAMES, frame(1, 0, 1, RESPONSE), frame(9, END_HEADERS, 1)],
  seeds: () =>
    [1, 3, 5].flatMap((id) =>
      SESSION_FRAMES.slice(0, 33).map((data) =>
        Buffer.concat([
          Buffer.from([1, 0]),
          frame(1, END_HEADERS, id, RESPONSE),
          data,
          frame(1, END_HEADERS | END_STREAM, id, TRAILERS[0]),
        ]),
      ),
    ),
  async prepare() {
    const { createPipeChannel } = await runtime.channel();
    const { GrpcError } = await runtime.core();
    const { createClient } = await import("gannet");
    return async (input) => {
      const clock = new FuzzClock();
      let problem: string | undefined;
      const pipes: FuzzPipe[] = [];
      const open = (): FuzzPipe => {
        if (pipes.length > 0) throw new Error("there is one connection only");
        const pipe = new FuzzPipe(true);
        pipes.push(pipe);
        return pipe;
      };
      const channel = createPipeChannel(open, {
        clock,
        onEvent({ name, fields }) {
          if (name === "http2-violation" && fields["violation"] === "INTERNAL_ERROR")
            problem = String(fields["message"]);
        },
      });
      const client = createClient(Post, channel);
      let openCalls = 3;
      const end = (error?: unknown): void => {
        openCalls--;
        if (error !== undefined && !GrpcError.is(error)) problem ??= `a call ended with ${String(error)}`;
      };
      client.unary({ call: 1 }).then(() => end(), end);
      const readAll = async (replies: AsyncIterable<object>) => {
        for await (const _ of replies);
      };
      readAll(client.serverStream({ call: 3 })).then(() => end(), end);
      const bidi = client.bidi();
      void bidi.send({ call: 5 });
      readAll(bidi).then(() => end(), end);
      await settle(1);
      const pipe = pipes[0];
      check(pipe !== undefined, "the channel does not connect");
      if ((input[0] ?? 0) % 2 === 1) pipe?.feed(SETTINGS, 100);
      await settle(1);
      const bytes = input.subarray(2);
      pipe?.feed(bytes, input[1] || bytes.length);
      await settle(1);
      let isClosed = false;
      void channel.close().then(() => {
        isClosed = true;
      });
      pipe?.finish();
      await settle(2);
      problem ??= pipe?.problem;
      check(problem === undefined, `${problem}`);
      check(openCalls === 0, `${openCalls} calls are left`);
      check(isClosed, "the channel is not closed");
      check(clock.waiting.size <= 1, `${clock.waiting.size} timers are left`);
    };
  },
};
