import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { alternate } from "../alternate.ts";
import type { Figures, Row } from "../report/figures.ts";
import { reportRows } from "../report/save-results.ts";
import { CORPUS, LEFT_OUT, listCorpus } from "./corpus.ts";
import { measureProcess, type ProcessFigures } from "./measure-process.ts";
import { measureSave } from "./measure-save.ts";

const require = createRequire(import.meta.url);
/** This file is built to bench/dist/compile. */
const WORKSPACE = fileURLToPath(new URL("../../..", import.meta.url));
const GANNET = join(WORKSPACE, "packages/cli/dist/main.js");
const HELLO = join(WORKSPACE, "examples/tutorial/hello");
const SET_FLAGS = ["--include_imports", "--include_source_info"];
/** How many files the project has that is watched. */
const WATCHED_FILES = [1, 200];

/** Compiles the whole corpus, and one file, by gannet, protoc and buf; and generates again as a file is saved. */
export async function runCompile(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      rounds: { type: "string", default: "3" },
      save: { type: "boolean", default: false },
      only: { type: "string", default: "" },
    },
  });
  const rounds = Number(values.rounds);
  const how = `medians of ${rounds} alternating rounds, each a process; of one file ${rounds * 5}`;
  console.log(`Node ${process.versions.node}, ${how}\n`);
  const folder = mkdtempSync(join(tmpdir(), "gannet-bench-compile-"));
  try {
    const rows: Row[] = [];
    const isWanted = (word: string): boolean => word.includes(values.only);
    if (isWanted("corpus")) rows.push(await measureCorpus(folder, rounds));
    if (isWanted("one file")) rows.push(await measureOneFile(folder, rounds * 5));
    if (isWanted("generate")) rows.push(await measureGenerating(folder, rounds * 5));
    for (const files of WATCHED_FILES) {
      const name = `gen --watch, save to written, ${files} file${files === 1 ? "" : "s"}`;
      if (isWanted("watch")) rows.push(await alternate(name, rounds, ["gannet"], () => measureSave(GANNET, files)));
    }
    reportRows("compile", { how, save: values.save }, rows);
    return 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function measureCorpus(folder: string, rounds: number): Promise<Row> {
  const files = listCorpus();
  const list = join(folder, "files.txt");
  writeFileSync(list, files.join("\n"));
  const output = (library: string): string => join(folder, `${library}.bin`);
  const flags = (library: string): string[] => [
    "-I.",
    ...SET_FLAGS,
    `--descriptor_set_out=${output(library)}`,
    `@${list}`,
  ];
  const leftOut = LEFT_OUT.flatMap((path) => ["--exclude-path", path]);
  const bufFlags = ["build", ".", "--as-file-descriptor-set", "-o", `${output("buf")}#format=binpb`, ...leftOut];
  const row = await measureEach(`google-proto-files, ${files.length} files to a descriptor set`, rounds, CORPUS, {
    gannet: [process.execPath, GANNET, "protoc", ...flags("gannet")],
    protoc: [protocPath(), ...flags("protoc")],
    buf: [bufPath(), ...bufFlags],
  });
  // buf orders files by their names, and says in options what it has of its own.
  if (!readFileSync(output("gannet")).equals(readFileSync(output("protoc")))) {
    throw new Error("gannet and protoc made different descriptor sets");
  }
  return row;
}

async function measureOneFile(folder: string, rounds: number): Promise<Row> {
  const output = (library: string): string => join(folder, `${library}.bin`);
  const flags = (library: string): string[] => ["-I.", ...SET_FLAGS, `--descriptor_set_out=${output(library)}`];
  const bufFlags = ["build", "helloworld.proto", "--as-file-descriptor-set", "-o", `${output("buf")}#format=binpb`];
  return await measureEach("one file to a descriptor set", rounds, HELLO, {
    gannet: [process.execPath, GANNET, "protoc", ...flags("gannet"), "helloworld.proto"],
    protoc: [protocPath(), ...flags("protoc"), "helloworld.proto"],
    buf: [bufPath(), ...bufFlags],
    "node alone": [process.execPath, "-e", "0"],
  });
}

/** What `gannet protoc` adds to starting Node, with its built-in plugin. */
async function measureGenerating(folder: string, rounds: number): Promise<Row> {
  const command = [process.execPath, GANNET, "protoc", "-I.", `--es_out=${folder}`, "helloworld.proto"];
  return await alternate("one file to TypeScript, over a bare node", rounds, ["gannet"], async () => {
    const bare = await measureProcess([process.execPath, "-e", "0"], HELLO);
    const { ms, ...rest } = await measureProcess(command, HELLO);
    return { ms: ms - bare.ms, ...rest };
  });
}

async function measureEach(
  name: string,
  rounds: number,
  folder: string,
  commands: Readonly<Record<string, readonly string[]>>,
): Promise<Row> {
  const measure = async (library: string): Promise<Figures & ProcessFigures> => {
    const figures = await measureProcess(commands[library] ?? [], folder);
    // A round of the corpus takes a minute.
    console.log(`  ${library}: ${Math.round(figures.ms)} ms, ${Math.round(figures["peak MB"])} MB`);
    return figures;
  };
  return await alternate(name, rounds, Object.keys(commands), measure);
}

function protocPath(): string {
  const root = dirname(require.resolve("protoc/package.json"));
  const assets = JSON.parse(readFileSync(join(root, "assets.json"), "utf8")) as readonly Record<string, string>[];
  const asset = assets.find(({ platform, arch }) => platform === process.platform && arch === process.arch);
  if (asset?.["executable"] === undefined) throw new Error(`npm's protoc has no program for ${process.platform}`);
  return join(root, "bin", asset["executable"]);
}

/** The program itself, without the JavaScript around it, which would start a second Node. */
function bufPath(): string {
  const platform =
    process.platform === "linux" && process.arch === "arm64" ? "linux-aarch64" : `${process.platform}-${process.arch}`;
  const buf = createRequire(require.resolve("@bufbuild/buf/package.json"));
  return buf.resolve(`@bufbuild/buf-${platform}/bin/buf`);
}
