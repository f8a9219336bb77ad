import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { fetchDebianSource } from "../../interop/program/debian.ts";
import { pickSample } from "./pick-sample.ts";
import { protocInclude } from "./run-protoc.ts";
import { readUnitTestTexts } from "./unit-test-texts.ts";

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
  /** Files that may define the same, or lack imports: each in a run of its own, which protoc accepts or rejects. */
  readonly alone?: readonly string[] | undefined;
  /** Further folders that imports are found in, and files as well. */
  readonly moreRoots?: readonly string[] | undefined;
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
/** Of the sample, xDS has one in so many. */
const XDS_SHARE = 5;
const TUTORIAL_FILES = 5;
const PROTOC_FILES = 20;
const WELL_KNOWN_USERS = 15;
const LANGUAGE_FILES = 18;

const repository = fileURLToPath(new URL("../../../../", import.meta.url));
const xdsRoot = join(dirname(createRequire(import.meta.url).resolve("@grpc/grpc-js-xds/package.json")), "deps");
const googleRoot = dirname(createRequire(import.meta.url).resolve("google-proto-files/package.json"));

/** As many as Debian 12 has, and has had since: later releases have more. */
const DEBIAN_SOURCES: readonly DebianSource[] = [
  {
    name: "protobuf",
    expected: 215,
    folders: [
      "src",
      "java/core/src/test/proto",
      "conformance",
      "objectivec/Tests",
      "php/tests",
      "ruby/tests",
      "csharp/protos",
    ],
  },
  { name: "golang-google-protobuf", expected: 70, folders: [] },
  {
    name: "grpc",
    expected: 160,
    folders: [
      "src/proto",
      ...["envoy-api", "googleapis", "opencensus-proto", "opentelemetry", "upb", "xds"].map(
        (one) => `third_party/${one}`,
      ),
    ],
  },
];

interface DebianSource {
  readonly name: string;
  /** How many .proto files there are at least. */
  readonly expected: number;
  /** Where imports are found, beside the root. */
  readonly folders: readonly string[];
}

/** Texts in parser_unittest.cc of protobuf 3.21. */
const UNIT_TESTS = 140;
const XDS_FILES = 594;
const XDS_FOLDERS = ["envoy-api", "googleapis", "protoc-gen-validate", "xds"] as const;

/** The corpora, that of google-proto-files cut down to a sample of `sample` files unless that is undefined. */
export function listCorpora(sample: number | undefined): readonly Corpus[] {
  return [
    ...tutorial(),
    // Users of every google/protobuf/*.proto, and what of the language real files seldom use.
    ownFiles("well-known-users", WELL_KNOWN_USERS),
    ownFiles("language", LANGUAGE_FILES),
    shippedWithProtoc(),
    xds(sample),
    googleProtoFiles(sample),
  ];
}

/** Debian's source packages that have .proto files, unit tests of protobuf among them. They are fetched. */
export async function fetchDebianCorpora(): Promise<readonly Corpus[]> {
  const corpora: Corpus[] = [];
  for (const { name, expected, folders } of DEBIAN_SOURCES) {
    const root = await fetchDebianSource(name, []);
    const roots = [...folders.map((folder) => join(root, folder)), root];
    const alone = findInRoots(roots);
    corpora.push({ ...createAlone(`debian-${name}`, roots, alone), expected });
    if (name === "protobuf") corpora.push(unitTests(root));
  }
  return corpora;
}

/** What protoc's own tests of its parser feed it: each text is a file. Most are to be rejected. */
function unitTests(source: string): Corpus {
  const texts = readUnitTestTexts(join(source, "src/google/protobuf/compiler/parser_unittest.cc"));
  const root = mkdtempSync(join(tmpdir(), "gannet-unit-tests-"));
  process.on("exit", () => rmSync(root, { recursive: true, force: true }));
  const alone = texts.map((text, index) => {
    const path = `text-${index + 1}.proto`;
    writeFileSync(join(root, path), text);
    return path;
  });
  return { ...createAlone("debian-protobuf-unit-tests", [root], alone), expected: UNIT_TESTS };
}

/** Envoy's API and what it needs, as gRPC for Node ships it. */
function xds(sample: number | undefined): Corpus {
  const roots = XDS_FOLDERS.map((folder) => join(xdsRoot, folder));
  const all = findInRoots(roots);
  if (sample === undefined) return { ...createAlone("grpc-js-xds", roots, all), expected: XDS_FILES };
  return createAlone("grpc-js-xds", roots, pickSample(all, Math.ceil(sample / XDS_SHARE)));
}

function createAlone(name: string, [root = "", ...moreRoots]: readonly string[], alone: readonly string[]): Corpus {
  return { name, root, moreRoots, expected: alone.length, batches: [], rejected: [], alone, shippedImports: true };
}

/** The .proto files below several folders, each by its path in the innermost that it is in. One path stands for one file. */
function findInRoots(roots: readonly string[]): readonly string[] {
  const inner = [...roots].sort((a, b) => b.length - a.length);
  const found = roots.flatMap((root) => findProtoFiles(root).map((path) => join(root, path)));
  const paths = found.map((file) => {
    const root = inner.find((candidate) => file.startsWith(join(candidate, "/"))) ?? "";
    return file.slice(root.length + 1).replaceAll("\\", "/");
  });
  return [...new Set(paths)].sort();
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
