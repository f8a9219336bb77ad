import { fromBinary } from "@bufbuild/protobuf";
import { type CodeGeneratorResponse, CodeGeneratorResponseSchema } from "@bufbuild/protobuf/wkt";
import { GANNET_VERSION } from "./compiler-version.ts";
import type { Plugin } from "./find-plugin.ts";
import { encodeGeneratorRequest, type GeneratorRequest } from "./generator-request.ts";
import type { PluginFailure } from "./plugin-failure.ts";
import { runPluginProcess } from "./plugin-process.ts";
import { checkSupport } from "./plugin-support.ts";

/** What a plugin answered, or why that is nothing to go on with. */
export type PluginOutcome = { readonly response: CodeGeneratorResponse } | { readonly failure: PluginFailure };

/** Runs a plugin. */
export async function runPlugin(plugin: Plugin, request: GeneratorRequest): Promise<PluginOutcome> {
  const input = encodeGeneratorRequest(request);
  const { output, failure } = await start(plugin, input);
  if (failure !== undefined) return { failure: { id: "plugin-failed", message: `${plugin.name} ${failure}` } };
  let response: CodeGeneratorResponse;
  try {
    response = fromBinary(CodeGeneratorResponseSchema, output);
  } catch {
    return { failure: unreadable(plugin, output) };
  }
  if (response.error !== "") return { failure: { id: "plugin-error", message: `${plugin.name}: ${response.error}` } };
  const unsupported = checkSupport(plugin.name, response, request);
  return unsupported === undefined ? { response } : { failure: unsupported };
}

async function start(plugin: Plugin, input: Uint8Array): ReturnType<typeof runPluginProcess> {
  if (plugin.executable !== undefined) return await runPluginProcess(plugin.executable, input);
  const { runBuiltIn } = await import("../built-in/index.ts");
  return { output: await runBuiltIn(plugin.builtIn ?? "es", GANNET_VERSION, input), failure: undefined };
}

function unreadable(plugin: Plugin, output: Uint8Array): PluginFailure {
  const start = new TextDecoder().decode(output.subarray(0, 40));
  const message = `${plugin.name} answered with something that is no CodeGeneratorResponse; it begins ${JSON.stringify(start)}`;
  const hint = "a plugin may print nothing else on standard output: what it tells people belongs on standard error";
  return { id: "plugin-answer", message, hint };
}
