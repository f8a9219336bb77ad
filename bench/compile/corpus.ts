import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";

/** google-proto-files: what Google has published of its APIs, and protobuf's own. */
export const CORPUS: string = dirname(createRequire(import.meta.url).resolve("google-proto-files/package.json"));

/** What cannot be compiled with the rest: imports that are not there, and a file that defines what another does. */
export const LEFT_OUT: readonly string[] = [
  "google/protobuf/compiler/ruby/ruby_generated_code.proto",
  "google/protobuf/compiler/ruby/ruby_generated_code_proto2.proto",
  "google/protobuf/compiler/ruby/ruby_generated_pkg_implicit.proto",
  "google/protobuf/util/json_format_proto3.proto",
];

/** Its files, as they are imported, in the order of their paths. */
export function listCorpus(): readonly string[] {
  return readdirSync(CORPUS, { recursive: true, encoding: "utf8" })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => path.endsWith(".proto") && !path.startsWith("node_modules/") && !LEFT_OUT.includes(path))
    .sort();
}
