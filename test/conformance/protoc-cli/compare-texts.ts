import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { create, createFileRegistry, type FileRegistry, toBinary } from "@bufbuild/protobuf";
import { type FileDescriptorProto, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { compile } from "@gannet/compiler";
import type * as TextFormat from "../../../packages/cli/src/text-format/index.ts";
import { damage } from "../codec/damage.ts";
import { createRandom, type Random, randomMessage } from "../codec/random-message.ts";
import { protocInclude, protocProgram } from "../protoc/index.ts";

/** The message types, and their files. */
const TYPES = [
  ["kinds.M", "kinds.proto"],
  ["kinds.Req", "kinds.proto"],
  ["three.P", "proto3.proto"],
  ["ed.D", "edition.proto"],
  ["lib.Book", "lib/book.proto"],
] as const;

// A process for each message would cost a second Node start: the command line's own module is called.
const textFormat: typeof TextFormat = await import(
  new URL("../../../../packages/cli/dist/modules/text-format/index.js", import.meta.url).href
);
const { encodeText, makeLenient, MalformedError, printMessage, printUnknownFields, readMessageFields, readWireFields } =
  textFormat;

interface Tally {
  expected: number;
  run: number;
  failed: number;
}

/** A type, and how its messages are read: by protoc in `folder`, and by us. */
interface Subject {
  readonly folder: string;
  readonly typeName: string;
  readonly file: string;
  readonly registry: FileRegistry;
  readonly lenient: FileRegistry;
}

/**
 * Decodes random messages, and damaged ones, with both, raw and by their type, and encodes what was printed: texts, bytes
 * and verdicts must be the same.
 */
export async function compareTexts(
  folder: string,
  { messages, seed }: { readonly messages: number; readonly seed: number },
  tally: Tally,
  print: (line: string) => void,
): Promise<void> {
  for (const [typeName, file] of TYPES) {
    tally.expected += messages;
    const files = await compileIn(folder, file);
    const registry = createRegistry(files);
    const subject = { folder, typeName, file, registry, lenient: createRegistry(makeLenient(files)) };
    let damaged = 0;
    for (let at = 0; at < messages; at++) {
      const random = createRandom(seed + at);
      const isDamaged = random() < 0.4;
      if (isDamaged) damaged++;
      const problem = compareMessage(subject, makeBytes(subject, random, isDamaged));
      tally.run++;
      if (problem === undefined) continue;
      tally.failed++;
      print(`${typeName}, seed ${seed + at}: ${problem}`);
    }
    print(`messages of ${typeName}: ${messages} expected, ${messages} run, ${damaged} of them damaged`);
  }
}

function makeBytes({ lenient, typeName }: Subject, random: Random, isDamaged: boolean): Uint8Array {
  const type = lenient.getMessage(typeName);
  if (type === undefined) throw new Error(`no file defines ${typeName}`);
  const bytes = toBinary(type, randomMessage(type, random));
  return isDamaged ? damage(bytes, random) : bytes;
}

function compareMessage(subject: Subject, bytes: Uint8Array): string | undefined {
  const type = subject.registry.getMessage(subject.typeName);
  if (type === undefined) throw new Error(`no file defines ${subject.typeName}`);
  const typed = [`--decode=${subject.typeName}`, subject.file];
  const text = runProtoc(subject, typed, bytes);
  const problem =
    compare(
      "as text",
      text,
      attempt(() => printMessage(readMessageFields(bytes, type, subject))),
    ) ??
    compare(
      "raw",
      runProtoc(subject, ["--decode_raw"], bytes),
      attempt(() => printUnknownFields(readWireFields(bytes))),
    );
  if (problem !== undefined || text === undefined) return problem;
  return compareEncoding(subject, text);
}

/** Of what was printed, which has fields by number that neither reads. */
function compareEncoding(subject: Subject, text: string): string | undefined {
  const args = ["--deterministic_output", `--encode=${subject.typeName}`, subject.file];
  const theirs = runProtoc(subject, args, Buffer.from(text), "latin1");
  const type = subject.registry.getMessage(subject.typeName);
  const ours = attempt(() => {
    if (type === undefined) throw new Error(`no file defines ${subject.typeName}`);
    return Buffer.from(encodeText(type, text, subject)).toString("latin1");
  });
  return compare("encoded", theirs, ours);
}

function compare(what: string, theirs: string | undefined, ours: string | undefined): string | undefined {
  if (theirs === ours) return undefined;
  if (theirs === undefined || ours === undefined)
    return `${what}, ${ours === undefined ? "only protoc" : "only gannet"} takes it`;
  let at = 0;
  while (theirs[at] === ours[at]) at++;
  const around = (text: string): string => JSON.stringify(text.slice(Math.max(0, at - 40), at + 40));
  return `${what}, protoc has ${around(theirs)} where gannet has ${around(ours)}`;
}

function attempt(action: () => string): string | undefined {
  try {
    return action();
  } catch (error) {
    if (error instanceof MalformedError || isTextError(error)) return undefined;
    throw error;
  }
}

/** What `@bufbuild/protobuf` throws for a text that is none. */
function isTextError(error: unknown): boolean {
  return error instanceof Error && /:\d+:|text|field|expected|number/i.test(error.message);
}

function runProtoc(
  { folder }: Subject,
  args: readonly string[],
  input: Uint8Array,
  encoding: "utf8" | "latin1" = "utf8",
): string | undefined {
  const words = args.includes("--decode_raw") ? args : ["-I.", `-I${protocInclude}`, ...args];
  const { status, stdout, error } = spawnSync(protocProgram, words, { cwd: folder, input, maxBuffer: 64 << 20 });
  // It may end without reading what it is given.
  if (error !== undefined && !("code" in error && error.code === "EPIPE")) throw error;
  return status === 0 ? stdout.toString(encoding) : undefined;
}

async function compileIn(folder: string, file: string): Promise<readonly FileDescriptorProto[]> {
  const read = (path: string): Uint8Array | undefined => {
    try {
      return readFileSync(join(folder, path));
    } catch {
      return undefined;
    }
  };
  const { files, ok, diagnostics } = await compile({ files: [file], read });
  if (!ok) throw new Error(diagnostics[0]?.message ?? file);
  return files;
}

function createRegistry(files: readonly FileDescriptorProto[]): FileRegistry {
  return createFileRegistry(create(FileDescriptorSetSchema, { file: [...files] }));
}
