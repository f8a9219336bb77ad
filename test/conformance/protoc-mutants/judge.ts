import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { toBinary } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
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
import type { Material, Original } from "./material.ts";

/** What the two compilers say of a text. */
export interface Judgement {
  /** Undefined where protoc aborts, and so has no verdict. */
  readonly isAccepted: boolean | undefined;
  /** What they disagree on; undefined where they agree. The same for all disagreements of one cause, as far as one can tell. */
  readonly cause?: string | undefined;
  /** The words of both, or the differences. */
  readonly details?: string | undefined;
}

const DIFFERENCES = 8;
const ROOM_FOR_WORDS = 6;

/** Holds texts to protoc, one after the other, each in a run of its own. Several judges may work at a time. */
export class Judge {
  readonly #material: Material;
  readonly #directory = mkdtempSync(join(tmpdir(), "gannet-mutants-"));

  constructor(material: Material) {
    this.#material = material;
  }

  /** Compiles `text` in place of `original` with both. */
  async judge(original: Original, text: string): Promise<Judgement> {
    const contents = Buffer.from(text);
    const running = this.#runProtoc(original, contents);
    const ours = await this.#compile(original, contents);
    const theirs = await running;
    const crash = ours.diagnostics.find(({ id }) => id === "internal-error");
    if (crash !== undefined) return { isAccepted: theirs.accepted, cause: "internal error", details: crash.message };
    if (theirs.hasAborted === true) return { isAccepted: undefined };
    if (theirs.accepted !== ours.ok) return contradict(theirs, ours);
    return { isAccepted: ours.ok, ...(ours.ok ? this.#compare(original, ours) : {}) };
  }

  /** Removes what was written. */
  close(): void {
    rmSync(this.#directory, { recursive: true });
  }

  async #runProtoc({ path, roots }: Original, contents: Uint8Array): Promise<ProtocRun> {
    const root = join(this.#directory, "in");
    const file = join(root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, contents);
    const folders = [root, ...roots].map((folder) => `-I${folder}`);
    const output = `--descriptor_set_out=${this.#output}`;
    const flags = ["--include_source_info", "--retain_options", output];
    const run = await startProtoc([...folders, ...flags, file], this.#directory);
    unlinkSync(file);
    return run;
  }

  get #output(): string {
    return join(this.#directory, "set.bin");
  }

  #compile(original: Original, contents: Uint8Array): Promise<Compilation> {
    const read = (path: string): Uint8Array | undefined => {
      if (path === original.path) return contents;
      // What each compiler brings: reading it anew would take most of the time.
      return existsSync(join(protocInclude, path)) ? undefined : this.#material.read(original, path);
    };
    return compile({ files: [original.path], read });
  }

  #compare({ path }: Original, ours: Compilation): Pick<Judgement, "cause" | "details"> {
    const theirFile = splitDescriptorSet(readFileSync(this.#output)).get(path);
    const ourFile = ours.files.find(({ name }) => name === path);
    if (theirFile === undefined || ourFile === undefined) return { cause: "a descriptor is missing", details: path };
    const disagreement = compareFiles(path, theirFile, toBinary(FileDescriptorProtoSchema, ourFile));
    if (disagreement === undefined) return {};
    const differences = disagreement.differences();
    return { cause: describeKinds(differences), details: differences.slice(0, DIFFERENCES).map(show).join("\n") };
  }
}

function contradict(theirs: ProtocRun, ours: Compilation): Judgement {
  const ourWords = ours.diagnostics.filter(({ severity }) => severity === "error").map((one) => formatDiagnostic(one));
  const [first] = ours.diagnostics.filter(({ severity }) => severity === "error");
  const theirError = theirs.messages.find((message) => !message.includes(": warning: ")) ?? "";
  return {
    isAccepted: theirs.accepted,
    cause: theirs.accepted
      ? `only ours rejects: ${first?.id} ${withoutNames(first?.message ?? "")}`
      : `only protoc rejects: ${withoutNames(theirError)}`,
    details: theirs.accepted
      ? ourWords.slice(0, ROOM_FOR_WORDS).join("\n")
      : theirs.messages.slice(0, ROOM_FOR_WORDS).join("\n"),
  };
}

/** A message without the place and the names in it. */
function withoutNames(message: string): string {
  return message
    .replace(/^\S+:\d+:\d+: /, "")
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
