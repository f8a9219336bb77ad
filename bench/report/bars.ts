import { POLICIES } from "../balancers/policies.ts";
import { CODEC_BARS } from "./codec-bars.ts";

/** A figure that the project holds itself to. */
export interface Bar {
  readonly work: string;
  /** The row's name, and the figure in it. */
  readonly row: string;
  readonly figure: string;
  /** Whom it is compared with; undefined for gannet's own figure. */
  readonly against: string | undefined;
  /** Whether the ratio is gannet's figure by the other's, or how many times less gannet takes. */
  readonly kind: "times" | "times less";
  readonly bar: number;
  readonly goal: number;
  /** @default false: a larger number is better */
  readonly isSmallerBetter?: boolean;
}

const CPU = "CPU µs/call";

/** All of them, of every benchmark. */
export const BARS: readonly Bar[] = [
  {
    work: "unary server, 100 in flight: CPU per call, times less than grpc-js",
    ...{ row: "server, h2load 1×100, 20 B", figure: CPU, against: "grpc-js", kind: "times less", bar: 12, goal: 25 },
  },
  {
    work: "unary server, h2load 10×10: calls/s against grpc-js",
    ...{ row: "server, h2load 10×10, 20 B", figure: "calls/s", against: "grpc-js", kind: "times", bar: 10, goal: 20 },
  },
  {
    work: "unary server, 100 in flight: calls/s against C++ gRPC on one core",
    ...{ row: "server, h2load 1×100, 20 B", figure: "calls/s", against: "C++", kind: "times", bar: 3, goal: 6 },
  },
  {
    work: "unary server, c=1: p50 latency against grpc-js",
    ...{ row: "server, h2load 1×1, 20 B", figure: "p50 µs", against: "grpc-js", kind: "times", bar: 0.6, goal: 0.45 },
    isSmallerBetter: true,
  },
  {
    work: "unary server, deadlines that differ, handler in a turn of its own: CPU per call, times less than grpc-js",
    ...{ row: "server, deadlines that differ, handler awaits a turn, 1×100", figure: CPU },
    ...{ against: "grpc-js", kind: "times less", bar: 8, goal: 20 },
  },
  {
    work: "unary server, 100 in flight, an interceptor, deadlines, stats: CPU per call, times less than grpc-js",
    ...{ row: "server, interceptor, deadlines that differ, stats, 1×100", figure: CPU },
    ...{ against: "grpc-js", kind: "times less", bar: 12, goal: 25 },
  },
  {
    work: "unary server, 10×10, an interceptor, deadlines, stats: calls/s against grpc-js",
    ...{ row: "server, interceptor, deadlines that differ, stats, 10×10", figure: "calls/s" },
    ...{ against: "grpc-js", kind: "times", bar: 10, goal: 20 },
  },
  {
    work: "unary client, 100 in flight: calls/s against grpc-js",
    ...{ row: "client, 100 in flight, 20 B", figure: "calls/s", against: "grpc-js", kind: "times", bar: 15, goal: 50 },
  },
  ...Object.keys(POLICIES).map(
    (policy): Bar => ({
      work: `unary client through ${policy}, 100 in flight: CPU per call, times less than grpc-js`,
      ...{ row: `client through ${policy}, 100 in flight`, figure: CPU, against: "grpc-js" },
      ...{ kind: "times less", bar: 15, goal: 50 },
    }),
  ),
  {
    work: "server streaming 20 B, server: messages/s against grpc-js",
    ...{ row: "server, 20 B messages", figure: "messages/s", against: "grpc-js", kind: "times", bar: 4, goal: 8 },
  },
  {
    work: "server streaming 20 B, client through `for await`: messages/s against grpc-js",
    ...{ row: "client, 20 B messages", figure: "messages/s", against: "grpc-js", kind: "times", bar: 4, goal: 8 },
  },
  {
    work: "streaming 64 KiB, server: MB/s against C++ gRPC",
    ...{ row: "server, 64 KiB messages", figure: "MB/s", against: "C++", kind: "times", bar: 0.6, goal: 1 },
  },
  {
    work: "streaming 64 KiB, client: MB/s against C++ gRPC",
    ...{ row: "client, 64 KiB messages", figure: "MB/s", against: "C++", kind: "times", bar: 0.6, goal: 1 },
  },
  {
    work: "idle bidi stream on the server, 10 connections × 100: KiB",
    ...{ row: "server, 10×100 idle streams", figure: "KiB/stream", against: undefined, kind: "times", bar: 4, goal: 2 },
    isSmallerBetter: true,
  },
  {
    work: "idle bidi stream on the server, 1,000 connections × 1: KiB, connection included",
    ...{ row: "server, 1000×1 idle streams", figure: "KiB/stream", against: undefined, kind: "times", bar: 4, goal: 2 },
    isSmallerBetter: true,
  },
  {
    work: '`import "gannet"` alone: time over a bare `node` against grpc-js',
    ...{ row: "import, over a bare node", figure: "ms", against: "grpc-js", kind: "times", bar: 1.3, goal: 0.8 },
    isSmallerBetter: true,
  },
  {
    work: "the whole corpus of google-proto-files: wall time against protoc",
    ...{ row: "google-proto-files, 8047 files to a descriptor set", figure: "ms", against: "protoc", kind: "times" },
    ...{ bar: 2, goal: 1, isSmallerBetter: true },
  },
  {
    work: "the whole corpus of google-proto-files: peak memory, MB",
    ...{ row: "google-proto-files, 8047 files to a descriptor set", figure: "peak MB", against: undefined },
    ...{ kind: "times", bar: 2000, goal: 1000, isSmallerBetter: true },
  },
  {
    work: "`gannet protoc` on one file: ms over a bare `node`",
    ...{ row: "one file to TypeScript, over a bare node", figure: "ms", against: undefined, kind: "times" },
    ...{ bar: 150, goal: 75, isSmallerBetter: true },
  },
  {
    work: "`gannet gen --watch`, a project of 200 files: ms from a save until the code is written",
    ...{ row: "gen --watch, save to written, 200 files", figure: "median ms", against: undefined, kind: "times" },
    ...{ bar: 100, goal: 50, isSmallerBetter: true },
  },
  ...CODEC_BARS,
];
