import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** This file is built to bench/dist/cpp. */
const SOURCES = fileURLToPath(new URL("../../cpp/", import.meta.url));
const PROTO_FOLDER = fileURLToPath(new URL("../../", import.meta.url));
const OUTPUT = fileURLToPath(new URL("./build/", import.meta.url));
const PACKAGES = ["g++", "pkg-config", "libgrpc++-dev", "protobuf-compiler", "protobuf-compiler-grpc"];
const PLUGIN = "/usr/bin/grpc_cpp_plugin";
const HEADER = "/usr/include/grpcpp/grpcpp.h";

/** Where the programs of this folder were built to. */
export interface CppPrograms {
  readonly server: string;
  readonly client: string;
}

/**
 * Builds the server and client of C++ gRPC, of Debian's packages, where they are older than their source. Undefined,
 * with a line that says so, where those packages are not there and this process may not install them.
 *
 * @throws Error where a compiler fails
 */
export function buildCpp(): CppPrograms | undefined {
  if (!existsSync(PLUGIN) || !existsSync(HEADER)) {
    if (process.getuid?.() !== 0) {
      console.log(`C++ gRPC is skipped: apt-get install ${PACKAGES.join(" ")}\n`);
      return undefined;
    }
    run("apt-get", ["install", "-y", "--no-install-recommends", ...PACKAGES]);
  }
  mkdirSync(OUTPUT, { recursive: true });
  const programs = { server: join(OUTPUT, "echo_server"), client: join(OUTPUT, "echo_client") };
  if (Object.values(programs).every(isFresh)) return programs;
  run("/usr/bin/protoc", [
    `-I${PROTO_FOLDER}`,
    `--cpp_out=${OUTPUT}`,
    `--grpc_out=${OUTPUT}`,
    `--plugin=protoc-gen-grpc=${PLUGIN}`,
    "echo.proto",
  ]);
  const flags = run("pkg-config", ["--cflags", "--libs", "grpc++", "protobuf"]).trim().split(/\s+/);
  const generated = ["echo.pb.cc", "echo.grpc.pb.cc"].map((name) => join(OUTPUT, name));
  for (const [source, program] of [
    ["echo_server.cc", programs.server],
    ["echo_client.cc", programs.client],
  ] as const) {
    run("g++", ["-std=c++17", "-O2", `-I${OUTPUT}`, join(SOURCES, source), ...generated, "-o", program, ...flags]);
  }
  return programs;
}

function isFresh(program: string): boolean {
  const source = join(SOURCES, `${program.slice(OUTPUT.length)}.cc`);
  return existsSync(program) && statSync(program).mtimeMs > statSync(source).mtimeMs;
}

function run(command: string, args: readonly string[]): string {
  const { status, stdout, error } = spawnSync(command, args, {
    stdio: ["ignore", "pipe", "inherit"],
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${status ?? error?.message}`);
  return stdout;
}
