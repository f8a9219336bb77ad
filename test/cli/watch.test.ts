/** `gannet gen --watch`: what it does when files change. It is waited for what it prints, never for a time. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { RunningProgram } from "../interop/program/running-program.ts";
import { gannetPath } from "./gannet.ts";
import { createScratchFolder } from "./scratch-folder.ts";

/** Only for a test that would never end. */
const WAIT_MS = 60_000;

const message = (name: string, ...imports: readonly string[]) =>
  `syntax = "proto3";\n${imports.map((path) => `import public "${path}";\n`).join("")}message ${name} {}\n`;

/** A watcher that runs. */
class Watched {
  readonly folder: string;
  readonly program: RunningProgram;
  /** How much of the output was waited for. */
  #seen = 0;

  constructor(folder: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    this.folder = folder;
    const all = [gannetPath, "gen", ...args, "--out", "gen", "--watch"];
    this.program = new RunningProgram({ file: process.execPath, args: all, cwd: folder, env });
  }

  /** Waits for the end of a round that told something, and gives what it wrote. */
  async nextRound(): Promise<string[]> {
    return (await this.nextChanges()).flatMap((line) => (line.startsWith("wrote ") ? [line.slice(6)] : []));
  }

  /** The same with what it removed, as it tells of it. */
  async nextChanges(): Promise<string[]> {
    const ended = new RegExp(`(?<=^[^]{${this.#seen}})[^]*?^watching.*\n`, "m");
    const [round] = await this.program.waitFor(ended, WAIT_MS);
    this.#seen += round.length;
    return round.split("\n").slice(0, -2).sort();
  }

  /** Writes a file at once: one that is written in place is empty for a moment, which may be what is compiled. */
  write(path: string, text: string): void {
    const unfinished = join(this.folder, "unfinished.tmp");
    writeFileSync(unfinished, text);
    renameSync(unfinished, join(this.folder, path));
  }

  generated(path: string): string {
    return readFileSync(join(this.folder, "gen", path), "utf8");
  }

  /** Waits until it has told of a problem. */
  async waitForProblem(pattern: RegExp): Promise<void> {
    await this.program.waitFor(pattern, WAIT_MS, "stderr");
  }

  /** Ends it as Ctrl-C does, and checks that it ends well. */
  async end(): Promise<void> {
    assert.equal(await this.program.stop("SIGINT"), 0, this.program.stderr);
  }
}

async function start(
  t: TestContext,
  files: Readonly<Record<string, string>>,
  args: readonly string[] = ["proto"],
): Promise<Watched> {
  const watched = new Watched(createScratchFolder(t, files), args);
  t.after(() => watched.program.stop("SIGKILL"));
  return watched;
}

test("what has changed is generated again, and what imports it, but nothing else", async (t) => {
  const watched = await start(t, {
    "proto/a.proto": message("A", "b.proto"),
    "proto/b.proto": message("B"),
    "proto/c.proto": message("C"),
  });
  assert.deepEqual(await watched.nextRound(), ["gen/a_pb.ts", "gen/b_pb.ts", "gen/c_pb.ts"]);
  watched.write("proto/c.proto", message("Changed"));
  assert.deepEqual(await watched.nextRound(), ["gen/c_pb.ts"]);
  assert.match(watched.generated("c_pb.ts"), /ChangedSchema/);
  watched.write("proto/b.proto", 'syntax = "proto3"; package moved; message B {}');
  assert.deepEqual(await watched.nextRound(), ["gen/b_pb.ts"]);
  await watched.end();
  assert.equal(watched.program.stderr, "");
});

test("an error is shown and nothing written, until it is mended", async (t) => {
  const watched = await start(t, { "proto/a.proto": message("A"), "proto/b.proto": message("B") });
  await watched.nextRound();
  const before = watched.generated("a_pb.ts");
  watched.write("proto/a.proto", 'syntax = "proto3"; message Broken { int age = 1; }');
  assert.deepEqual(await watched.nextRound(), []);
  await watched.waitForProblem(/^proto\/a\.proto:1:37: error: .*\[type-unknown\]$/m);
  await watched.waitForProblem(/^1 error; nothing was written$/m);
  assert.ok(!watched.program.stderr.includes("\u001b"), "nothing to redraw where there is no terminal");
  assert.equal(watched.generated("a_pb.ts"), before);
  watched.write("proto/a.proto", message("Mended"));
  assert.deepEqual(await watched.nextRound(), ["gen/a_pb.ts"]);
  await watched.end();
});

test("a save may be written in place, too", async (t) => {
  const watched = await start(t, { "proto/a.proto": message("A") });
  await watched.nextRound();
  for (const name of ["Second", "Third", "Fourth"]) {
    writeFileSync(join(watched.folder, "proto/a.proto"), message(name));
    while (!watched.generated("a_pb.ts").includes(`${name}Schema`)) await watched.nextRound();
  }
  await watched.end();
});

test("files and folders come and go", async (t) => {
  const watched = await start(t, { "proto/a.proto": message("A") });
  await watched.nextRound();
  watched.write("proto/new.proto", message("New"));
  assert.deepEqual(await watched.nextRound(), ["gen/new_pb.ts"]);
  mkdirSync(join(watched.folder, "proto/sub/deep"), { recursive: true });
  watched.write("proto/sub/deep/d.proto", message("Deep"));
  assert.deepEqual(await watched.nextRound(), ["gen/sub/deep/d_pb.ts"]);
  watched.write("proto/a.proto", message("A", "gone.proto"));
  assert.deepEqual(await watched.nextRound(), []);
  await watched.waitForProblem(/there is no file "gone\.proto" to import/);
  watched.write("proto/gone.proto", message("Back"));
  assert.deepEqual(await watched.nextRound(), ["gen/a_pb.ts", "gen/gone_pb.ts"]);
  rmSync(join(watched.folder, "proto/gone.proto"));
  assert.deepEqual(await watched.nextRound(), []);
  await watched.end();
});

test("what was generated for files that are gone is removed, and nothing else", async (t) => {
  const watched = await start(
    t,
    {
      "proto/a.proto": message("A", "sub/b.proto"),
      "proto/sub/b.proto": message("B"),
      "proto/c.proto": message("C"),
      "gen/earlier_pb.ts": "of an earlier run",
    },
    ["proto", "--codecs"],
  );
  assert.equal((await watched.nextRound()).length, 6);
  // Renamed: one goes, and another comes.
  renameSync(join(watched.folder, "proto/c.proto"), join(watched.folder, "proto/d.proto"));
  assert.deepEqual(await watched.nextChanges(), [
    "removed gen/c_codec.ts",
    "removed gen/c_pb.ts",
    "wrote gen/d_codec.ts",
    "wrote gen/d_pb.ts",
  ]);
  // It is still imported: an error, and all stays.
  rmSync(join(watched.folder, "proto/sub/b.proto"));
  assert.deepEqual(await watched.nextChanges(), []);
  assert.ok(existsSync(join(watched.folder, "gen/sub/b_pb.ts")));
  watched.write("proto/a.proto", message("A"));
  assert.deepEqual(await watched.nextChanges(), [
    "removed gen/sub/b_codec.ts",
    "removed gen/sub/b_pb.ts",
    "wrote gen/a_pb.ts",
  ]);
  assert.ok(!existsSync(join(watched.folder, "gen/sub")), "nothing is left in it");
  // A file without messages has no codecs any more.
  watched.write("proto/a.proto", 'syntax = "proto3"; enum E { ZERO = 0; }');
  assert.deepEqual(await watched.nextChanges(), ["removed gen/a_codec.ts", "wrote gen/a_pb.ts"]);
  writeFileSync(join(watched.folder, "gen/d_pb.ts"), "changed by hand");
  rmSync(join(watched.folder, "proto/d.proto"));
  assert.deepEqual(await watched.nextChanges(), ["removed gen/d_codec.ts"]);
  await watched.waitForProblem(/^gen\/d_pb\.ts: warning: .*it stays \[output-stays\]$/m);
  assert.equal(watched.generated("earlier_pb.ts"), "of an earlier run");
  await watched.end();
});

test("the folder itself vanishes, and is there again", async (t) => {
  const watched = await start(t, { "proto/a.proto": message("A") });
  await watched.nextRound();
  rmSync(join(watched.folder, "proto"), { recursive: true });
  assert.deepEqual(await watched.nextRound(), []);
  await watched.waitForProblem(/proto: error: there is no such file/);
  mkdirSync(join(watched.folder, "proto"));
  watched.write("proto/a.proto", message("Again"));
  for (let wrote: string[] = []; wrote.length === 0; ) wrote = await watched.nextRound();
  assert.match(watched.generated("a_pb.ts"), /AgainSchema/);
  // The folder that is watched now is the new one.
  watched.write("proto/a.proto", message("Later"));
  assert.deepEqual(await watched.nextRound(), ["gen/a_pb.ts"]);
  await watched.end();
});

test("imports are watched where they are: in other roots, and behind symbolic links", async (t) => {
  const files = {
    "proto/a.proto": message("A", "vendored.proto", "linked.proto"),
    "third/vendored.proto": message("V"),
    "elsewhere/target.proto": message("L"),
  };
  const folder = createScratchFolder(t, files);
  symlinkSync("../elsewhere/target.proto", join(folder, "third/linked.proto"));
  const watched = new Watched(folder, ["proto/a.proto", "-I", "proto", "-I", "third"]);
  t.after(() => watched.program.stop("SIGKILL"));
  assert.equal((await watched.nextRound()).length, 3);
  watched.write("third/vendored.proto", message("V2"));
  assert.deepEqual(await watched.nextRound(), ["gen/vendored_pb.ts"]);
  watched.write("elsewhere/target.proto", message("L2"));
  assert.deepEqual(await watched.nextRound(), ["gen/linked_pb.ts"]);
  // A file that an earlier root has now is the one that counts.
  watched.write("proto/vendored.proto", message("V3"));
  assert.deepEqual(await watched.nextRound(), ["gen/vendored_pb.ts"]);
  assert.match(watched.generated("vendored_pb.ts"), /V3Schema/);
  await watched.end();
});

test("what was generated and is gone is generated again with the next change", async (t) => {
  const watched = await start(t, { "proto/a.proto": message("A"), "proto/b.proto": message("B") });
  await watched.nextRound();
  rmSync(join(watched.folder, "gen"), { recursive: true });
  watched.write("proto/a.proto", message("A2"));
  assert.deepEqual(await watched.nextRound(), ["gen/a_pb.ts", "gen/b_pb.ts"]);
  await watched.end();
});

test("a save of what was there tells nothing, and codes for tools are kept to", async (t) => {
  const watched = await start(t, { "proto/a.proto": message("A") }, ["proto", "--error_format=json"]);
  await watched.nextRound();
  watched.write("proto/a.proto", message("A"));
  watched.write("proto/a.proto", "message {");
  await watched.nextRound();
  await watched.waitForProblem(/\n$/);
  for (const line of watched.program.stderr.trim().split("\n")) assert.equal(typeof JSON.parse(line).id, "string");
  assert.equal(watched.program.stdout.match(/^watching/gm)?.length, 2);
  await watched.end();
});

test("code is generated into the folder that is watched, and that is no change", async (t) => {
  const folder = createScratchFolder(t, { "gen/a.proto": message("A"), "gen/b.proto": message("B") });
  const watched = new Watched(folder, ["gen", "--codecs"]);
  t.after(() => watched.program.stop("SIGKILL"));
  assert.equal((await watched.nextRound()).length, 4);
  watched.write("gen/a.proto", message("A2"));
  assert.deepEqual(await watched.nextRound(), ["gen/a_codec.ts", "gen/a_pb.ts"]);
  await watched.end();
});

test("nothing to begin with is waited for, and mistakes of the command line are not", async (t) => {
  const watched = await start(t, {}, ["later.proto"]);
  assert.deepEqual(await watched.nextRound(), []);
  watched.write("later.proto", message("Later"));
  assert.deepEqual(await watched.nextRound(), ["gen/later_pb.ts"]);
  await watched.end();
  const wrong = await start(t, {}, ["--opt", "targt=ts"]);
  assert.equal(await wrong.program.waitForEnd(WAIT_MS), 1);
});
