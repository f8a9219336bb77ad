import type * as ChannelLayer from "../../packages/gannet/src/channel/index.ts";

/** What no entry of the package shows: channels over any pipe. */
export const channelLayer: Pick<typeof ChannelLayer, "createPipeChannel"> = await import(
  new URL("../../../packages/gannet/dist/channel/index.js", import.meta.url).href
);
