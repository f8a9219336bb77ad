import type { DescriptorProto, FieldDescriptorProto, FileDescriptorProto } from "@bufbuild/protobuf/wkt";
import type { ImportNode, Node } from "../ast/index.ts";
import { toJsonName } from "../descriptor/index.ts";
import { FeatureTable } from "../features/index.ts";
import { LinkedFile, link, Pool } from "../linker/index.ts";
import { interpretOptions, type OptionPaths } from "../options/index.ts";
import { checkFile } from "../rules/index.ts";
import { createSourceInfo } from "../source-info/index.ts";
import { DESCRIPTOR_PATH } from "./bundled-files.ts";
import type { LoadedFile } from "./loader.ts";

/** Runs the passes behind parsing over loaded files, each behind those it imports. */
export class Passes {
  readonly #loaded: ReadonlyMap<string, LoadedFile>;
  readonly #requested: ReadonlySet<string>;
  readonly #pool = new Pool();
  readonly #features = new FeatureTable();
  readonly #linked = new Map<string, LinkedFile>();
  readonly #emitted = new Set<LinkedFile>();
  readonly #optionPaths = new Map<LinkedFile, OptionPaths>();
  /** The chain of imports that is being followed. */
  readonly #chain: string[] = [];

  constructor(loaded: ReadonlyMap<string, LoadedFile>, requested: ReadonlySet<string>) {
    this.#loaded = loaded;
    this.#requested = requested;
    // Options are defined in a file like any other, and no file needs to import it to have some.
    this.#link(DESCRIPTOR_PATH);
  }

  /** Links a file behind those it imports. Gives those that no earlier call gave, in that order. */
  run(path: string): LinkedFile[] {
    this.#link(path);
    const order: LinkedFile[] = [];
    const root = this.#linked.get(path);
    if (root !== undefined) this.#collect(root, order);
    return order;
  }

  #collect(file: LinkedFile, into: LinkedFile[]): void {
    if (this.#emitted.has(file)) return;
    this.#emitted.add(file);
    const paths = [...file.proto.dependency, ...file.proto.optionDependency];
    for (const path of paths) {
      const imported = this.#linked.get(path);
      if (imported !== undefined) this.#collect(imported, into);
    }
    into.push(file);
  }

  #link(path: string): LinkedFile | undefined {
    const done = this.#linked.get(path);
    if (done !== undefined) return done;
    const loaded = this.#loaded.get(path);
    if (loaded === undefined) return undefined;
    this.#chain.push(path);
    const imports = this.#linkAll(loaded, loaded.proto.dependency);
    const optionImports = this.#linkAll(loaded, loaded.proto.optionDependency);
    this.#chain.pop();
    const file = new LinkedFile(loaded.proto, loaded.lowered, imports, optionImports, loaded.diagnostics);
    this.#linked.set(path, file);
    link(this.#pool, file);
    if (loaded.lowered !== undefined) {
      this.#optionPaths.set(file, interpretOptions({ pool: this.#pool, file, features: this.#features }));
      checkFile(file, this.#features, this.#requested.has(path));
    }
    return file;
  }

  #linkAll(from: LoadedFile, paths: readonly string[]): (LinkedFile | undefined)[] {
    return paths.map((path) => {
      if (!this.#chain.includes(path)) return this.#link(path);
      this.#reportCycle(from, path);
      return undefined;
    });
  }

  #reportCycle(from: LoadedFile, path: string): void {
    if (from.lowered === undefined) return;
    const { source, tokens, tree } = from.lowered;
    const cycle = [...this.#chain.slice(this.#chain.indexOf(path)), path].map((one) => `"${one}"`);
    const isImport = (node: Node & { readonly kind?: string }): node is ImportNode => node.kind === "import";
    const node = tree.body.filter(isImport).find((one) => one.path.text === path);
    const span = node === undefined ? { start: 0, end: 0 } : tokens.span(node.path.first, node.path.last);
    const message = cycle.length === 2 ? "a file cannot import itself" : `files import each other in a circle: ${cycle.join(" imports ")}`;
    from.diagnostics.error(source, span, "import-cycle", message, { hint: "move what both need into a third file" });
  }

  /** Adds to the descriptor of a linked file what protoc derives: JSON names and source info. */
  finish(file: LinkedFile): FileDescriptorProto {
    const { proto, lowered } = file;
    proto.messageType.forEach(setJsonNames);
    proto.extension.forEach(setJsonName);
    if (lowered !== undefined) proto.sourceCodeInfo = createSourceInfo(lowered, this.#optionPaths.get(file) ?? new Map());
    return proto;
  }
}

function setJsonNames(message: DescriptorProto): void {
  message.field.forEach(setJsonName);
  message.extension.forEach(setJsonName);
  message.nestedType.forEach(setJsonNames);
}

function setJsonName(field: FieldDescriptorProto): void {
  if (!Object.hasOwn(field, "jsonName")) field.jsonName = toJsonName(field.name);
}
