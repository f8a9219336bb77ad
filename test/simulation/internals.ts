import type * as ChannelLayer from "../../packages/gannet/src/channel/index.ts";

if (import.meta.resolve("gannet").includes("/bundle/"))
  throw new Error("the modules inside have to be those of `gannet`: run node with -C module, as npm run fuzz does");

/** What no entry of the package shows: channels over any pipe. */
export const channelLayer: Pick<typeof ChannelLayer, "createPipeChannel"> = await import(
  new URL("../../../packages/gannet/dist/channel/index.js", import.meta.url).href
);
