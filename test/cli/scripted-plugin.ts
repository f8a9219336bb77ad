/**
 * A protoc plugin for tests. Its parameter names a JSON file that says what to do (`PluginScript`); what it is asked is
 * kept beside that as NAME.request.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { fromBinary, fromJson, type JsonValue, toBinary } from "@bufbuild/protobuf";
import { CodeGeneratorRequestSchema, CodeGeneratorResponseSchema } from "@bufbuild/protobuf/wkt";
import type { PluginScript } from "./plugin-script.ts";

const input = readFileSync(0);
const [scriptPath = ""] = fromBinary(CodeGeneratorRequestSchema, input).parameter.split(",");
writeFileSync(`${scriptPath}.request`, input);
const script = JSON.parse(readFileSync(scriptPath, "utf8")) as PluginScript;
if (script.meet !== undefined) meet(script.meet);
process.stderr.write(script.stderr ?? "");
const response = fromJson(CodeGeneratorResponseSchema, (script.response ?? {}) as JsonValue);
process.stdout.write(script.stdout ?? toBinary(CodeGeneratorResponseSchema, response));
process.exitCode = script.exitCode ?? 0;
if (script.signal !== undefined) process.kill(process.pid, script.signal);

/** Waits until so many plugins with this script are there at the same time. */
function meet(plugins: number): void {
  const mark = `${basename(scriptPath)}.here-`;
  writeFileSync(`${scriptPath}.here-${process.pid}`, "");
  const sleeper = new Int32Array(new SharedArrayBuffer(4));
  for (let tries = 0; tries < 1_200; tries++) {
    if (readdirSync(dirname(scriptPath)).filter((name) => name.startsWith(mark)).length >= plugins) return;
    Atomics.wait(sleeper, 0, 0, 50);
  }
  throw new Error(`less than ${plugins} plugins came`);
}
