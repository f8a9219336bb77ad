import type * as ChannelLayer from "../../packages/gannet/src/channel/index.ts";
import type * as Http2Layer from "../../packages/gannet/src/http2/index.ts";

if (import.meta.resolve("gannet").includes("/bundle/"))
  throw new Error("the modules inside have to be those of `gannet`: run node with -C module, as npm run fuzz does");

/** What no entry of the package shows: channels over any pipe. */
export const channelLayer: Pick<typeof ChannelLayer, "createPipeChannel"> = await load("channel");

/** And the engine by itself. */
export const http2Layer: typeof Http2Layer = await load("http2");
export type Http2Connection = Http2Layer.Http2Connection;
export type ConnectionLimits = Http2Layer.ConnectionLimits;
export type HeaderSource = Http2Layer.HeaderSource;
export type HeaderTemplate = Http2Layer.HeaderTemplate;
export type Http2Code = Http2Layer.Http2Code;
export type Http2Stream = Http2Layer.Http2Stream;
export type StreamSink = Http2Layer.StreamSink;

async function load<T>(layer: string): Promise<T> {
  return (await import(new URL(`../../../packages/gannet/dist/${layer}/index.js`, import.meta.url).href)) as T;
}
