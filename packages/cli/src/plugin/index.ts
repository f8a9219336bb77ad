/**
 * The plugin protocol: finding a plugin, running it, and what goes in and comes out. Start with run-plugin.ts.
 * The format is google/protobuf/compiler/plugin.proto.
 */
export { GANNET_VERSION, PROTOC_VERSION } from "./compiler-version.ts";
export { CODEC_PLUGIN, findPlugin, type Plugin } from "./find-plugin.ts";
export type { GeneratorRequest } from "./generator-request.ts";
export type { PluginFailure } from "./plugin-failure.ts";
export { type PluginOutcome, runPlugin } from "./run-plugin.ts";
