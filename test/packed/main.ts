/**
 * What a new user does: installs the packed packages into an empty folder, with npm and from its registry, compiles each
 * of the tutorial's .proto files and a service of its own, has `tsc --strict` check the result, and runs a server and a
 * client in two processes.
 */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import {
  accessSync,
  constants,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { RunningProgram, runToEnd } from "../interop/program/running-program.ts";
import { tryAgain } from "../interop/program/try-again.ts";
import { PackedPackages } from "./empty-project.ts";

const TUTORIAL = fileURLToPath(new URL("../../../examples/tutorial", import.meta.url));
/** Programs of a user, and a .proto file: text, so that they are compiled there only. */
const OWN_SERVICE = fileURLToPath(new URL("../../packed/own-service", import.meta.url));
/** A program in JavaScript, and a .proto file of an edition. */
const ONE_RUNTIME = fileURLToPath(new URL("../../packed/one-runtime", import.meta.url));
const STEPS = ["bidi", "client-stream", "hello", "server-stream", "types"];
/** What is asked of the registry beside our own packages. */
const BESIDES = ["@bufbuild/protobuf@^2.13.0", "typescript@7.0.2"];
const TSC_EMIT = [
  "--strict",
  "--exactOptionalPropertyTypes",
  "--noUncheckedIndexedAccess",
  "--outDir",
  "dist",
  "--module",
  "nodenext",
  "--target",
  "es2022",
  "--skipLibCheck",
  "false",
  "--types",
  "",
];
const TSC = [
  "--strict",
  "--noEmit",
  "--module",
  "nodenext",
  "--target",
  "es2022",
  "--skipLibCheck",
  "false",
  "--types",
  "",
];

const USE = `import { grpc_test } from "./helloworld_pb.js";
export const methods: string[] = grpc_test.methods.map((method) => method.localName);
`;

/** The cases by name. Each throws where it fails. */
function createCases(project: string): Map<string, () => void | Promise<void>> {
  const gannet = join(project, "node_modules/.bin/gannet");
  const cases = new Map<string, () => void | Promise<void>>();
  cases.set("gannet is a program, and all that it needs has come with it", () => {
    accessSync(gannet, constants.X_OK);
    assert.match(execFileSync(gannet, ["--version"], { encoding: "utf8" }), /^\d+\.\d+\.\d+\n$/);
    const installed = readdirSync(join(project, "node_modules/@gannet/cli"));
    assert.ok(installed.includes("dist") && !installed.includes("node_modules"));
    const notices = readFileSync(join(project, "node_modules/@gannet/cli/dist/THIRD_PARTY_NOTICES.txt"), "utf8");
    for (const name of [
      "@bufbuild/protobuf",
      "@bufbuild/protoc-gen-es",
      "@bufbuild/protoplugin",
      "commander",
      "picocolors",
    ]) {
      assert.ok(notices.includes(`\n${name}, `), name);
    }
  });
  for (const step of STEPS) {
    for (const [name, args, files] of [
      ["gen", ["gen", "helloworld.proto", "--out", "."], ["helloworld_pb.ts"]],
      ["protoc", ["protoc", "-I.", "--es_out=.", "helloworld.proto"], ["helloworld_pb.d.ts", "helloworld_pb.js"]],
    ] as const) {
      cases.set(`${step}: npx gannet ${args.join(" ")}, and tsc --strict`, () => {
        const folder = join(project, `${step}-${name}`);
        mkdirSync(folder);
        copyFileSync(join(TUTORIAL, step, "helloworld.proto"), join(folder, "helloworld.proto"));
        writeFileSync(join(folder, "use.ts"), USE);
        run(folder, "npx", ["--no-install", "gannet", ...args]);
        const made = readdirSync(folder).filter((file) => file.includes("_pb"));
        assert.deepEqual(made.sort(), [...files]);
        run(folder, "npx", ["--no-install", "tsc", ...TSC, "use.ts"]);
      });
    }
  }
  cases.set("gannet brings what it needs, and no more", () => {
    const installed = readdirSync(join(project, "node_modules")).filter((name) => !name.startsWith("."));
    // TypeScript 7 comes as a package per platform, in its own scope.
    const expected = ["@bufbuild", "@gannet", "@typescript", "gannet", "typescript"];
    assert.deepEqual(
      installed.filter((name) => !expected.includes(name)),
      [],
    );
    assert.deepEqual(readdirSync(join(project, "node_modules/@bufbuild")), ["protobuf"]);
  });
  cases.set("a service of one's own: gannet gen, tsc --strict without Node's types, a server and a client", () =>
    runOwnService(project),
  );
  cases.set("the entries are one runtime, and messages those of the generated code", () => {
    const folder = join(project, "one-runtime");
    cpSync(ONE_RUNTIME, folder, { recursive: true });
    renameSync(join(folder, "program.txt"), join(folder, "program.js"));
    run(folder, "npx", ["--no-install", "gannet", "protoc", "-I.", "--es_out=.", "loan.proto"]);
    run(folder, process.execPath, ["--enable-source-maps", "program.js"]);
  });
  cases.set("Node loads the bundle, and bundlers the modules", () => {
    const entries = ["", "/balancer", "/channelz", "/codec", "/errors", "/health", "/orca", "/reflection", "/testing"];
    const program = `for (const entry of ${JSON.stringify(entries)}) {
      const url = import.meta.resolve("gannet" + entry);
      const names = Object.keys(await import(url)).sort();
      console.log(url.replace(/.*[/]gannet[/]/, ""), names.join());
    }`;
    const listed = [[], ["-C", "module"]].map((flags) =>
      execFileSync(process.execPath, [...flags, "--input-type=module", "-e", program], {
        cwd: project,
        encoding: "utf8",
      }),
    );
    for (const [index, folder] of [
      [0, "dist/bundle/"],
      [1, "dist/"],
    ] as const) {
      for (const line of listed[index]?.trim().split("\n") ?? [])
        assert.match(line, new RegExp(`^${folder}\\w+\\.js `));
    }
    assert.equal(listed[0]?.replaceAll("dist/bundle/", "dist/"), listed[1]);
  });
  cases.set("slip.proto: what was meant is told, and nothing is written", () => {
    const folder = join(project, "slip");
    mkdirSync(folder);
    copyFileSync(join(TUTORIAL, "hello/slip.proto"), join(folder, "slip.proto"));
    const { status, stderr } = spawnSync(gannet, ["protoc", "-I.", "--es_out=.", "slip.proto"], {
      cwd: folder,
      encoding: "utf8",
    });
    assert.equal(status, 1);
    assert.match(stderr, /int32.*int64/);
    assert.deepEqual(readdirSync(folder), ["slip.proto"]);
  });
  return cases;
}

/** Four kinds of calls and an error, between two processes. */
async function runOwnService(project: string): Promise<void> {
  const folder = join(project, "own-service");
  cpSync(OWN_SERVICE, folder, { recursive: true });
  for (const name of ["client.txt", "server.txt"]) {
    renameSync(join(folder, name), join(folder, name.replace(".txt", ".ts")));
  }
  run(folder, "npx", ["--no-install", "gannet", "gen", "shop.proto", "--out", "."]);
  run(folder, "npx", ["--no-install", "tsc", ...TSC_EMIT, "server.ts", "client.ts"]);
  const server = new RunningProgram({ file: process.execPath, args: [join(folder, "dist/server.js")] });
  try {
    const [, address = ""] = await server.waitFor(/^listening on (.+)$/m, 30_000);
    const command = { file: process.execPath, args: [join(folder, "dist/client.js"), address] };
    const { code, stdout, stderr } = await runToEnd(command, 30_000);
    assert.equal(stderr, "");
    assert.equal(stdout, readFileSync(join(folder, "expected.txt"), "utf8"));
    assert.equal(code, 0);
    assert.equal(await server.stop("SIGTERM"), -1, "nothing but the signal ended it");
    assert.equal(server.stderr, "");
  } finally {
    await server.stop();
  }
}

function run(folder: string, program: string, args: readonly string[]): void {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd: folder, encoding: "utf8" });
  assert.equal(error, undefined);
  assert.equal(status, 0, `${program} ${args.join(" ")}\n${stdout}${stderr}`);
}

async function main(): Promise<number> {
  const packages = new PackedPackages();
  const project = mkdtempSync(join(tmpdir(), "gannet-user-"));
  let failed = 0;
  try {
    writeFileSync(join(project, "package.json"), '{ "private": true, "type": "module" }\n');
    const tarballs = packages.tarballs.map((file) => join(packages.folder, file));
    const install = ["install", "--no-audit", "--no-fund", ...tarballs, ...BESIDES];
    await tryAgain(async () => run(project, "npm", install));
    assert.ok(existsSync(join(project, "node_modules/.bin/gannet")));
    const cases = createCases(project);
    for (const [name, check] of cases) {
      try {
        await check();
        console.log(` ok  ${name}`);
      } catch (error) {
        failed++;
        console.log(`FAIL ${name}\n${error instanceof Error ? error.message : String(error)}`);
      }
    }
    console.log(`${cases.size - failed} passed, ${failed} failed`);
  } finally {
    packages.remove();
    rmSync(project, { recursive: true, force: true });
  }
  return failed === 0 ? 0 : 1;
}

process.exitCode = await main();
