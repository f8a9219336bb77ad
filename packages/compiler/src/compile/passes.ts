import type { DescriptorProto, FieldDescriptorProto, FileDescriptorProto } from "@bufbuild/protobuf/wkt";
import { toJsonName } from "../descriptor/index.ts";
import { FeatureTable } from "../features/index.ts";
import { LinkedFile, link, type MessageDefinition, Pool } from "../linker/index.ts";
import { interpretOptions, type OptionContext, type OptionPaths } from "../options/index.ts";
import { checkFile } from "../rules/index.ts";
import { createSourceInfo } from "../source-info/index.ts";
import { bundledDescriptor, DESCRIPTOR_PATH } from "./bundled-files.ts";
import { completeDescriptor } from "./complete-descriptor.ts";
import { type ImportCycle, importOrder } from "./import-order.ts";
import { importPaths, type LoadedFile, loadDescriptor } from "./loaded-file.ts";

/** Files that are linked, by path, and all that they define. */
export interface LinkedFiles {
  readonly pool: Pool;
  readonly files: Map<string, LinkedFile>;
}

/** Runs the passes behind parsing over loaded files, each behind those it imports. */
export class Passes {
  readonly #loaded: ReadonlyMap<string, LoadedFile>;
  readonly #requested: ReadonlySet<string>;
  readonly #pool: Pool;
  readonly #features = new FeatureTable();
  readonly #linked: Map<string, LinkedFile>;
  readonly #optionPaths = new Map<LinkedFile, OptionPaths>();
  readonly #done: Set<string>;
  readonly #bundled: LinkedFile | undefined;
  #bundledPool: Pool | undefined;
  /** The files that were not linked before. */
  readonly #fresh = new Set<LinkedFile>();
  readonly #given = new Set<string>();
  readonly #importsOf = (path: string): readonly string[] => importPaths(this.#loaded.get(path));
  /** The cycles that the imports of a file close: by its path, then by the path that it imports. */
  readonly #cycles = new Map<string, Map<string, ImportCycle>>();

  /** `linked` are files that are linked already. The others are added to them. */
  constructor(loaded: ReadonlyMap<string, LoadedFile>, requested: ReadonlySet<string>, linked: LinkedFiles) {
    this.#loaded = loaded;
    this.#requested = requested;
    this.#pool = linked.pool;
    this.#linked = linked.files;
    this.#done = new Set(linked.files.keys());
    // Options are defined in a file like any other, and no file needs to import it to have some.
    this.#linkAll(DESCRIPTOR_PATH);
    const isBundled = loaded.get(DESCRIPTOR_PATH)?.origin === bundledDescriptor;
    this.#bundled = isBundled ? this.#linked.get(DESCRIPTOR_PATH) : undefined;
    const isAsked =
      requested.has(DESCRIPTOR_PATH) ||
      [...loaded.keys()].some((path) => this.#importsOf(path).includes(DESCRIPTOR_PATH));
    this.#pool.unasked = isAsked ? undefined : this.#linked.get(DESCRIPTOR_PATH);
  }

  /** The paths of the files that were not linked before, in the order in which they were. */
  get linked(): string[] {
    return [...this.#fresh].map(({ path }) => path);
  }

  /** Links a file behind those it imports. Gives those that no earlier call gave, in that order. */
  run(path: string): LinkedFile[] {
    this.#linkAll(path);
    return importOrder(path, this.#importsOf, this.#given).flatMap((one) => this.#linked.get(one) ?? []);
  }

  #linkAll(root: string): void {
    const fresh = importOrder(root, this.#importsOf, this.#done, (from, to, cycle) => {
      const cycles = this.#cycles.get(from) ?? new Map<string, ImportCycle>();
      this.#cycles.set(from, cycles.set(to, cycle));
    });
    for (const path of fresh) this.#link(path);
  }

  #link(path: string): void {
    const loaded = this.#loaded.get(path);
    if (loaded === undefined) return;
    this.#reportCycles(loaded);
    // What closes a cycle is not linked yet, and stays out of sight like a file that was not found.
    const imports = loaded.proto.dependency.map((one) => this.#linked.get(one));
    const optionImports = loaded.proto.optionDependency.map((one) => this.#linked.get(one));
    const file = new LinkedFile({
      ...loaded,
      ordinal: this.#pool.fileCount,
      imports,
      optionImports,
      isRequested: this.#requested.has(path),
    });
    this.#linked.set(path, file);
    this.#fresh.add(file);
    link(this.#pool, file);
    if (loaded.isBundled) return;
    this.#optionPaths.set(file, interpretOptions(this.#optionContext(file)));
    checkFile(file, this.#features);
  }

  #optionContext(file: LinkedFile): OptionContext {
    const findBundled = (typeName: string): MessageDefinition | undefined => {
      this.#bundledPool ??= linkBundled();
      const found = this.#bundledPool.get(typeName);
      return found?.kind === "message" ? found : undefined;
    };
    return { pool: this.#pool, file, features: this.#features, bundled: this.#bundled, findBundled };
  }

  #reportCycles({ path, lowered, diagnostics }: LoadedFile): void {
    const cycles = this.#cycles.get(path);
    if (cycles === undefined) return;
    const extras = { hint: "move what both need into a third file" };
    if (lowered === undefined) {
      for (const cycle of cycles.values()) diagnostics.fileError(path, "import-cycle", describeCycle(cycle), extras);
      return;
    }
    const { source, tokens, tree } = lowered;
    for (const node of tree.body) {
      const cycle = node.kind === "import" ? cycles.get(node.path.text) : undefined;
      if (node.kind !== "import" || cycle === undefined) continue;
      cycles.delete(node.path.text);
      const span = tokens.span(node.path.first, node.path.last);
      diagnostics.error(source, span, "import-cycle", describeCycle(cycle), extras);
    }
  }

  /** Adds to the descriptor of a linked file what protoc derives: JSON names and source info. */
  finish(file: LinkedFile): FileDescriptorProto {
    const { proto, lowered } = file;
    if (!this.#fresh.has(file)) return proto;
    proto.messageType.forEach(setJsonNames);
    proto.extension.forEach(setJsonName);
    if (lowered === undefined) completeDescriptor(proto);
    else proto.sourceCodeInfo = createSourceInfo(lowered, this.#optionPaths.get(file) ?? new Map());
    return proto;
  }
}

/** The descriptor.proto that comes with the compiler, by itself. */
function linkBundled(): Pool {
  const pool = new Pool();
  const loaded = loadDescriptor(DESCRIPTOR_PATH, bundledDescriptor, true);
  link(pool, new LinkedFile({ ...loaded, ordinal: 0, imports: [], optionImports: [], isRequested: false }));
  return pool;
}

function describeCycle({ paths, isShortened }: ImportCycle): string {
  const [first = ""] = paths;
  if (paths.length === 1) return "a file cannot import itself";
  const named = paths.map((path) => `"${path}"`);
  if (isShortened) named.splice(-1, 0, "…");
  return `files import each other in a circle: ${[...named, `"${first}"`].join(" imports ")}`;
}

function setJsonNames(message: DescriptorProto): void {
  message.field.forEach(setJsonName);
  message.extension.forEach(setJsonName);
  message.nestedType.forEach(setJsonNames);
}

function setJsonName(field: FieldDescriptorProto): void {
  if (!Object.hasOwn(field, "jsonName")) field.jsonName = toJsonName(field.name);
}
