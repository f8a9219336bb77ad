import type * as Compiler from "../../packages/compiler/src/index.ts";
import type * as Channel from "../../packages/gannet/src/channel/index.ts";
import type * as Codec from "../../packages/gannet/src/codec/index.ts";
import type * as Core from "../../packages/gannet/src/core/index.ts";
import type * as FrameReading from "../../packages/gannet/src/http2/connection/frame-reader.ts";
import type * as Connection from "../../packages/gannet/src/http2/connection/index.ts";
import type * as Frame from "../../packages/gannet/src/http2/frame/index.ts";
import type * as Huffman from "../../packages/gannet/src/http2/hpack/huffman.ts";
import type * as Hpack from "../../packages/gannet/src/http2/hpack/index.ts";
import type * as Http2Errors from "../../packages/gannet/src/http2/http2-error.ts";
import type * as Protocol from "../../packages/gannet/src/protocol/index.ts";
import type * as Server from "../../packages/gannet/src/server/index.ts";

/** What is inside the runtime. Imported when asked for, so that it can be instrumented before. */
export const runtime = {
  channel: (): Promise<typeof Channel> => load("channel/index.js"),
  codec: (): Promise<typeof Codec> => load("codec/index.js"),
  core: (): Promise<typeof Core> => load("core/index.js"),
  connection: (): Promise<typeof Connection> => load("http2/connection/index.js"),
  frameReading: (): Promise<typeof FrameReading> => load("http2/connection/frame-reader.js"),
  frame: (): Promise<typeof Frame> => load("http2/frame/index.js"),
  hpack: (): Promise<typeof Hpack> => load("http2/hpack/index.js"),
  huffman: (): Promise<typeof Huffman> => load("http2/hpack/huffman.js"),
  http2Errors: (): Promise<typeof Http2Errors> => load("http2/http2-error.js"),
  protocol: (): Promise<typeof Protocol> => load("protocol/index.js"),
  server: (): Promise<typeof Server> => load("server/index.js"),
};

/** The compiler. Imported when asked for, as the runtime is. */
export function loadCompiler(): Promise<typeof Compiler> {
  return load("index.js", "compiler");
}

async function load<T>(path: string, packageName = "gannet"): Promise<T> {
  return (await import(new URL(`../../../packages/${packageName}/dist/${path}`, import.meta.url).href)) as T;
}
