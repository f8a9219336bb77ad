import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Where the code is that the other libraries generate. This file is built to bench/dist/codec. */
export const GENERATED: URL = new URL("generated/", import.meta.url);

const folder = fileURLToPath(GENERATED);
const bench = fileURLToPath(new URL("../../", import.meta.url));
const require = createRequire(import.meta.url);

/** Lets the other libraries generate their code of shapes.proto, as their users would. */
export function generatePeers(): void {
  mkdirSync(folder, { recursive: true });
  // "module": what stands in the folder are modules, whatever the packages that they import are.
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }\n');
  run(binOf("protobufjs-cli", "bin/pbjs"), ["-t", "static-module", "-w", "es6", "-o", join(folder, "protobufjs.js")]);
  writeFileSync(join(folder, "pbf.js"), run(binOf("pbf", "bin/pbf"), []));
  run(join(bench, "../packages/cli/dist/main.js"), [
    "protoc",
    `--plugin=protoc-gen-ts_proto=${binOf("ts-proto", "protoc-gen-ts_proto")}`,
    `--ts_proto_out=${folder}`,
    "--ts_proto_opt=forceLong=bigint,esModuleInterop=true,importSuffix=.js",
  ]);
  execFileSync(process.execPath, [
    binOf("typescript", "bin/tsc"),
    ...["--ignoreConfig", "--skipLibCheck", "--target", "es2023", "--module", "nodenext"],
    join(folder, "shapes.ts"),
  ]);
}

/** Runs a program on shapes.proto; returns what it prints. */
function run(program: string, args: readonly string[]): string {
  return execFileSync(process.execPath, [program, ...args, "shapes.proto"], { cwd: bench, encoding: "utf8" });
}

function binOf(packageName: string, path: string): string {
  return join(folderOf(packageName), path);
}

/** Not every package lets its package.json be imported. */
function folderOf(packageName: string): string {
  for (const paths of require.resolve.paths(packageName) ?? []) {
    const file = join(paths, packageName, "package.json");
    try {
      require(file);
      return dirname(file);
    } catch {}
  }
  throw new Error(`${packageName} is not installed`);
}
