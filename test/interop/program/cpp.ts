import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { cache, interopSources } from "../folders.ts";
import type { Command } from "./command.ts";
import { fetchDebianSource, installDebianPackages } from "./debian.ts";
import { runOrThrow } from "./run-or-throw.ts";

const PACKAGES = [
  "g++",
  "pkg-config",
  "libgrpc++-dev",
  "libprotobuf-dev",
  "protobuf-compiler",
  "protobuf-compiler-grpc",
];
const PROTOS = ["empty", "messages", "test"].map((name) => `src/proto/grpc/testing/${name}.proto`);
/** That of Debian's package, which fits its library. An npm script finds another one first. */
const PROTOC = "/usr/bin/protoc";

/** What is taken of gRPC's source: the two programs and the little that they need. The rest is in cpp/. */
const MEMBERS = [
  ...PROTOS,
  "src/core/lib/gpr/string.h",
  "src/core/lib/gpr/useful.h",
  "src/core/lib/surface/call_test_only.h",
  "test/core/util/histogram.cc",
  "test/core/util/histogram.h",
  "test/core/util/test_config.h",
  "test/cpp/interop",
  "test/cpp/util/test_config.h",
  "test/cpp/util/test_credentials_provider.h",
];
/** By who needs them: both programs, the client, the server. */
const SOURCES = {
  both: [...PROTOS.map((proto) => proto.replace(".proto", ".pb.cc")), "src/proto/grpc/testing/test.grpc.pb.cc"],
  client: ["test/core/util/histogram.cc", "test/cpp/interop/client.cc", "test/cpp/interop/interop_client.cc"],
  server: [
    "test/cpp/interop/interop_server.cc",
    "test/cpp/interop/interop_server_bootstrap.cc",
    "test/cpp/interop/server_helper.cc",
  ],
} as const;
/** Beside them, from cpp/. */
const OURS = {
  both: "test-environment.cc",
  client: "client-channel.cc",
  server: "server-credentials.cc",
} as const;
const LIBRARIES = ["grpc++", "protobuf", "absl_flags_parse", "absl_flags", "absl_str_format"];
const PARALLEL = 2;
const COMPILE_TIMEOUT_MS = 120_000;
const ours = join(interopSources, "cpp");

/** gRPC's own interop programs in C++. */
export interface CppPrograms {
  /** Of gRPC, such as `1.51.1`. */
  readonly version: string;
  readonly client: Command;
  readonly server: Command;
}

/**
 * Builds gRPC's interop client and server, from Debian's source of gRPC and against its library, unless an earlier run
 * has. Half a minute.
 *
 * @throws Error with the words of apt, protoc or the compiler
 */
export async function buildCppPrograms(): Promise<CppPrograms> {
  await installDebianPackages(PACKAGES);
  const version = (await run("pkg-config", ["--modversion", "grpc++"])).trim();
  const content = createHash("sha256").update(version);
  for (const file of readdirSync(ours, { recursive: true, encoding: "utf8" }).sort()) {
    if (/\.(cc|h)$/.test(file)) content.update(readFileSync(join(ours, file)));
  }
  const folder = join(cache, `cpp-${content.digest("hex").slice(0, 12)}`);
  const programs = {
    version,
    client: { file: join(folder, "client"), args: [] },
    server: { file: join(folder, "server"), args: [] },
  };
  if (existsSync(folder)) return programs;
  const unfinished = `${folder}.${process.pid}`;
  try {
    mkdirSync(unfinished, { recursive: true });
    await build(await fetchDebianSource("grpc", MEMBERS), unfinished);
    renameSync(unfinished, folder);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  return programs;
}

async function build(source: string, folder: string): Promise<void> {
  const plugin = (await run("which", ["grpc_cpp_plugin"])).trim();
  const outputs = [`--cpp_out=${folder}`, `--grpc_out=${folder}`, `--plugin=protoc-gen-grpc=${plugin}`];
  await run(PROTOC, [`--proto_path=${source}`, ...outputs, ...PROTOS]);
  const include = [join(ours, "stand-in"), folder, source].map((path) => `-I${path}`);
  const options = ["-std=c++17", "-O1", "-w", ...include];
  const libraries = (await run("pkg-config", ["--libs", ...LIBRARIES])).trim().split(/\s+/);

  const objects: Record<keyof typeof SOURCES, string[]> = { both: [], client: [], server: [] };
  const waiting: string[][] = [];
  for (const who of ["both", "client", "server"] as const) {
    const generated = (path: string) => join(path.includes(".pb.") ? folder : source, path);
    for (const path of [...SOURCES[who].map(generated), join(ours, OURS[who])]) {
      const object = join(folder, `${basename(path, ".cc")}.o`);
      objects[who].push(object);
      waiting.push([...options, "-c", path, "-o", object]);
    }
  }
  await Promise.all(
    Array.from({ length: PARALLEL }, async () => {
      for (let args = waiting.shift(); args !== undefined; args = waiting.shift()) await run("g++", args);
    }),
  );
  for (const who of ["client", "server"] as const) {
    await run("g++", [...objects.both, ...objects[who], "-o", join(folder, who), ...libraries]);
  }
}

async function run(file: string, args: readonly string[]): Promise<string> {
  return await runOrThrow({ file, args }, COMPILE_TIMEOUT_MS);
}
