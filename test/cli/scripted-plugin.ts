/**
 * A protoc plugin for tests. Its parameter names a JSON file that says what to do (`PluginScript`); what it is asked is
 * kept beside that as NAME.request.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fromBinary, fromJson, type JsonValue, toBinary } from "@bufbuild/protobuf";
import { CodeGeneratorRequestSchema, CodeGeneratorResponseSchema } from "@bufbuild/protobuf/wkt";
import type { PluginScript } from "./plugin-script.ts";

const input = readFileSync(0);
const [scriptPath = ""] = fromBinary(CodeGeneratorRequestSchema, input).parameter.split(",");
writeFileSync(`${scriptPath}.request`, input);
const script = JSON.parse(readFileSync(scriptPath, "utf8")) as PluginScript;
process.stderr.write(script.stderr ?? "");
const response = fromJson(CodeGeneratorResponseSchema, (script.response ?? {}) as JsonValue);
process.stdout.write(script.stdout ?? toBinary(CodeGeneratorResponseSchema, response));
process.exitCode = script.exitCode ?? 0;
if (script.signal !== undefined) process.kill(process.pid, script.signal);
if (script.waitMs !== undefined) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, script.waitMs);
