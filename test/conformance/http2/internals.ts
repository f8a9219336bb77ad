import type * as Hpack from "../../../packages/gannet/src/http2/hpack/index.ts";

/** What no entry of the package shows, as these suites are about what is inside. */
export const hpack: typeof Hpack = await import(
  new URL("../../../../packages/gannet/dist/http2/hpack/index.js", import.meta.url).href
);
