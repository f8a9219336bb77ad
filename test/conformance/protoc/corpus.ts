import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { pickSample } from "./pick-sample.ts";
import { protocInclude } from "./run-protoc.ts";

/** A tree of .proto files that protoc has a verdict on. */
export interface Corpus {
  readonly name: string;
  /** The folder that imports are found in. */
  readonly root: string;
  /** How many files there must be. Fewer mean that the suite ran less than it claims. */
  readonly expected: number;
  /** What protoc accepts: the files of one run share their symbols. */
  readonly batches: readonly (readonly string[])[];
  /** What protoc rejects, each in a run of its own. */
  readonly rejected: readonly string[];
  /**
   * Imports of `google/protobuf/*.proto` come from what each compiler ships. Ours ships descriptors without source
   * info and of another release, so only the files asked for are compared.
   */
  readonly shippedImports: boolean;
}

/** Of the 8,051 files, protoc rejects these: what they import is not in the package. */
const REJECTED = new Map([
  ["google/protobuf/compiler/ruby/ruby_generated_code.proto", "ruby_generated_code_proto2_import.proto"],
  ["google/protobuf/compiler/ruby/ruby_generated_code_proto2.proto", "ruby_generated_code_proto2_import.proto"],
  ["google/protobuf/util/json_format_proto3.proto", "google/protobuf/unittest.proto"],
]);

/** Defines the messages of ruby_generated_pkg_explicit.proto once more, so that no run accepts both. */
const APART = "google/protobuf/compiler/ruby/ruby_generated_pkg_implicit.proto";

const GOOGLE_FILES = 8051;
const TUTORIAL_FILES = 5;
const PROTOC_FILES = 20;
const WELL_KNOWN_USERS = 15;
const LANGUAGE_FILES = 18;

const repository = fileURLToPath(new URL("../../../../", import.meta.url));
const googleRoot = dirname(createRequire(import.meta.url).resolve("google-proto-files/package.json"));

/** The corpora, that of google-proto-files cut down to a sample of `sample` files unless that is undefined. */
export function listCorpora(sample: number | undefined): readonly Corpus[] {
  return [
    ...tutorial(),
    // Users of every google/protobuf/*.proto, and what of the language real files seldom use.
    ownFiles("well-known-users", WELL_KNOWN_USERS),
    ownFiles("language", LANGUAGE_FILES),
    shippedWithProtoc(),
    googleProtoFiles(sample),
  ];
}

/** Each of the tutorial's programs has a helloworld.proto of its own. */
function tutorial(): readonly Corpus[] {
  const root = join(repository, "examples/tutorial");
  const programs = findProtoFiles(root).filter((path) => path.endsWith("/helloworld.proto"));
  if (programs.length !== TUTORIAL_FILES) throw new Error(`${programs.length} tutorial files, not ${TUTORIAL_FILES}`);
  return programs.map((path) => ({
    name: `tutorial/${dirname(path)}`,
    root: join(root, dirname(path)),
    expected: 1,
    batches: [["helloworld.proto"]],
    rejected: [],
    shippedImports: true,
  }));
}

/** Files of our own, whose imports of `google/protobuf/*.proto` are found in no folder. */
function ownFiles(name: string, expected: number): Corpus {
  const root = join(repository, "test/conformance/protoc", name);
  return { name, root, expected, batches: [findProtoFiles(root)], rejected: [], shippedImports: true };
}

/** The `google/protobuf/*.proto` themselves, from source. */
function shippedWithProtoc(): Corpus {
  return {
    name: "protoc-include",
    root: protocInclude,
    expected: PROTOC_FILES,
    batches: [findProtoFiles(protocInclude)],
    rejected: [],
    shippedImports: false,
  };
}

function googleProtoFiles(sample: number | undefined): Corpus {
  const all = findProtoFiles(googleRoot);
  const together = all.filter((path) => path !== APART && !REJECTED.has(path));
  const whole = sample === undefined;
  return {
    name: "google-proto-files",
    root: googleRoot,
    expected: whole ? GOOGLE_FILES : sample,
    batches: whole ? [together, [APART]] : [pickSample(together, sample)],
    rejected: whole ? [...REJECTED.keys()] : [],
    shippedImports: false,
  };
}

/** The .proto files below `root`, as they are imported, in the order of their paths. */
function findProtoFiles(root: string): readonly string[] {
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".proto") && !path.includes("node_modules"))
    .map((path) => path.replaceAll("\\", "/"))
    .sort();
}
