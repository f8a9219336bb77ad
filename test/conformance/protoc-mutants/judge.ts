import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { type Compilation, compile, formatDiagnostic } from "@gannet/compiler";
import {
  compareFiles,
  type Difference,
  kindOf,
  type ProtocRun,
  protocInclude,
  splitDescriptorSet,
  startProtoc,
} from "../protoc/index.ts";
import type { Material } from "./material.ts";
import type { BrokenDescriptors, BrokenText, Mutant } from "./mutant.ts";

/** What the two compilers say of a mutant. */
export interface Judgement {
  /** Undefined where protoc has no verdict: it aborts, or leaves a file out of the set that it reads. */
  readonly isAccepted: boolean | undefined;
  /** What they disagree on; undefined where they agree. The same for all disagreements of one cause, as far as one can tell. */
  readonly cause?: string | undefined;
  /** The words of both, or the differences. */
  readonly details?: string | undefined;
}

/**
 * What protoc says where a set has two extensions of one number, or two elements of one name, whether or not the files are
 * compiled together: the second file is not there for it. Ours takes it, as protoc does of texts.
 */
const LEFT_OUT = "already in database";

/** What both compilers have made of a mutant. */
interface Results {
  readonly theirs: ProtocRun;
  readonly ours: Compilation;
  /** The files whose descriptors have to be the same where both accept them. */
  readonly compared: readonly string[];
}

const DIFFERENCES = 8;
const ROOM_FOR_WORDS = 6;
/** No file of the corpora has that name. */
const IMPORTER = "mutant-importer.proto";

/** Holds mutants to protoc, one after the other, each in a run of its own. Several judges may work at a time. */
export class Judge {
  readonly #material: Material;
  readonly #directory = mkdtempSync(join(tmpdir(), "gannet-mutants-"));

  constructor(material: Material) {
    this.#material = material;
  }

  /** Compiles a mutant with both. */
  async judge(mutant: Mutant): Promise<Judgement> {
    const { theirs, ours, compared } = await (mutant.form === "descriptor"
      ? this.#compileDescriptors(mutant)
      : this.#compileText(mutant));
    const crash = ours.diagnostics.find(({ id }) => id === "internal-error");
    if (crash !== undefined) return { isAccepted: theirs.accepted, cause: "internal error", details: crash.message };
    if (theirs.hasAborted === true || theirs.messages.some((message) => message.includes(LEFT_OUT)))
      return { isAccepted: undefined };
    if (theirs.accepted !== ours.ok) return contradict(theirs, ours);
    return { isAccepted: ours.ok, ...(ours.ok ? this.#compare(compared, ours) : {}) };
  }

  /** Removes what was written. */
  close(): void {
    rmSync(this.#directory, { recursive: true });
  }

  /** Compiles `text` in place of its original, or the file that imports it. */
  async #compileText({ original, text, importer }: BrokenText): Promise<Results> {
    const sources = new Map([[original.path, Buffer.from(text)]]);
    if (importer !== undefined) sources.set(IMPORTER, Buffer.from(importer));
    const root = join(this.#directory, "in");
    for (const [path, contents] of sources) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), contents);
    }
    const named = importer === undefined ? original.path : IMPORTER;
    const folders = [root, ...original.roots].map((folder) => `-I${folder}`);
    const imports = importer === undefined ? [] : ["--include_imports"];
    const running = this.#runProtoc([...folders, "--include_source_info", ...imports, join(root, named)]);
    const ours = await compile({ files: [named], read: this.#material.reader(original, sources) });
    const theirs = await running;
    for (const path of sources.keys()) unlinkSync(join(root, path));
    return { theirs, ours, compared: [...sources.keys()] };
  }

  /** Compiles descriptors that stand for the files. */
  async #compileDescriptors({ original, files }: BrokenDescriptors): Promise<Results> {
    const set = toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file: [...files] }));
    writeFileSync(join(this.#directory, "in.bin"), set);
    const running = this.#runProtoc(["--descriptor_set_in=in.bin", "--include_imports", original.path]);
    // As they come from a file: what an enum has no value for is an unknown field then.
    const given = fromBinary(FileDescriptorSetSchema, set).file;
    const read = (path: string): (typeof given)[number] | undefined => {
      const found = given.find(({ name }) => name === path);
      // The compiler would take what it brings, where protoc has only what is in the set.
      if (found === undefined && existsSync(join(protocInclude, path))) throw new Error("the set has no such file");
      return found;
    };
    const ours = await compile({ files: [original.path], read });
    return { theirs: await running, ours, compared: ours.files.map(({ name }) => name) };
  }

  #runProtoc(args: readonly string[]): Promise<ProtocRun> {
    return startProtoc(["--retain_options", `--descriptor_set_out=${this.#output}`, ...args], this.#directory);
  }

  get #output(): string {
    return join(this.#directory, "set.bin");
  }

  #compare(paths: readonly string[], ours: Compilation): Pick<Judgement, "cause" | "details"> {
    const theirFiles = splitDescriptorSet(readFileSync(this.#output));
    for (const path of paths) {
      const theirFile = theirFiles.get(path);
      const ourFile = ours.files.find(({ name }) => name === path);
      if (theirFile === undefined || ourFile === undefined) return { cause: "a descriptor is missing", details: path };
      const disagreement = compareFiles(path, theirFile, toBinary(FileDescriptorProtoSchema, ourFile));
      if (disagreement === undefined) continue;
      const differences = disagreement.differences();
      const details = differences.slice(0, DIFFERENCES).map(show).join("\n");
      return { cause: describeKinds(differences), details: `${path}\n${details}` };
    }
    return {};
  }
}

function contradict(theirs: ProtocRun, ours: Compilation): Judgement {
  const errors = ours.diagnostics.filter(({ severity }) => severity === "error");
  const theirError = theirs.messages.find((message) => !message.includes(": warning: ")) ?? "";
  return {
    isAccepted: theirs.accepted,
    cause: theirs.accepted
      ? `only ours rejects: ${errors[0]?.id} ${withoutNames(errors[0]?.message ?? "")}`
      : `only protoc rejects: ${withoutNames(theirError)}`,
    details: (theirs.accepted ? errors.map((one) => formatDiagnostic(one)) : theirs.messages)
      .slice(0, ROOM_FOR_WORDS)
      .join("\n"),
  };
}

/** A message without the place and the names in it. */
function withoutNames(message: string): string {
  return message
    .replace(/^\S+:\d+:\d+: /, "")
    .replace(/^\S+\.proto: /, "")
    .replace(/^[\w.]+: /, "")
    .replaceAll(/["`'][^"`']*["`']/g, "…")
    .replaceAll(/\S+\.proto/g, "….proto")
    .replaceAll(/\d+/g, "0");
}

function describeKinds(differences: readonly Difference[]): string {
  const kinds = differences.map((one) => kindOf(one).replaceAll(/ \/ (?:nested_type|message_type)/g, ""));
  return `descriptors differ: ${kinds[0] ?? ""}`;
}

function show({ path, theirs, ours }: Difference): string {
  return `${path}\n  protoc: ${theirs}\n  ours:   ${ours}`;
}
