import { channel } from "node:diagnostics_channel";
import type { Diagnostics } from "../core/index.ts";

/** Channels of `node:diagnostics_channel`: whoever watches a process finds them there by name. */
export const nodeDiagnostics: Diagnostics = {
  serverCallStart: channel("gannet:server:call:start"),
  serverCallEnd: channel("gannet:server:call:end"),
  serverEvent: channel("gannet:server:event"),
  clientCallStart: channel("gannet:client:call:start"),
  clientCallEnd: channel("gannet:client:call:end"),
  channelEvent: channel("gannet:channel:event"),
};
