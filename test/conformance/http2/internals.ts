import type * as Reader from "../../../packages/gannet/src/http2/connection/frame-reader.ts";
import type * as Frame from "../../../packages/gannet/src/http2/frame/index.ts";
import type * as Hpack from "../../../packages/gannet/src/http2/hpack/index.ts";

export type { Frame };

// What no entry of the package shows, as these suites are about what is inside.

export const hpack: typeof Hpack = await importInternal("hpack/index.js");
export const frame: typeof Frame = await importInternal("frame/index.js");
export const reader: typeof Reader = await importInternal("connection/frame-reader.js");

function importInternal<Module>(path: string): Promise<Module> {
  return import(new URL(`../../../../packages/gannet/dist/http2/${path}`, import.meta.url).href);
}
