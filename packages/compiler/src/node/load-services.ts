import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import type { DescMessage, DescService, FileRegistry } from "@bufbuild/protobuf";
import { compile } from "../compile/index.ts";
import { checkOptionKeys, type Diagnostic, misuse, nearest } from "../diagnostics/index.ts";
import { CompileError } from "./compile-error.ts";
import { DiskReader, type FileUrl, toPath } from "./disk-reader.ts";

/** How files are loaded. */
export interface LoadOptions {
  /**
   * The folders that imports are looked up in, in order: `-I` of protoc, `includeDirs` of proto-loader. Paths from the
   * current directory, or URLs of `file:`.
   *
   * @default the folder of each file that is in none of them
   */
  readonly roots?: readonly (string | FileUrl)[] | undefined;
  /**
   * Told of each warning.
   *
   * @default warnings are passed over
   */
  readonly onWarning?: ((warning: Diagnostic) => void) | undefined;
}

/** What some .proto files define. */
export interface LoadedServices {
  /** The services of the files that were named, in their order. */
  readonly services: readonly DescService[];
  /** All that they define and import, by full name: for `Any`, extensions and JSON. */
  readonly registry: FileRegistry;
  /**
   * A service for `createClient` and `server.add`, by its full name, or by its name alone where one of the files' services
   * has it. Who has generated types may say so: `service<typeof Greeter>("Greeter")`.
   *
   * @throws RangeError where there is none, or more than one
   */
  service<S extends DescService = DescService>(name: string): S;
  /**
   * A message for `create`, `toJson` and the like of `@bufbuild/protobuf`, by its full name, or by its name alone where one
   * message at the top of the named files has it.
   *
   * @throws RangeError where there is none, or more than one
   */
  message<M extends DescMessage = DescMessage>(name: string): M;
}

const OPTIONS: readonly string[] = ["roots", "onWarning"] satisfies readonly (keyof LoadOptions)[];

const LEAVE_OUT = "leave it out: docs/dynamic-services.md has what options of proto-loader are here";
/** What to say of options of `@grpc/proto-loader`. */
const FOREIGN: Readonly<Record<string, string>> = {
  includeDirs: "it calls it roots",
  ...Object.fromEntries(
    ["keepCase", "longs", "enums", "bytes", "defaults", "arrays", "objects", "oneofs", "json"].map((key) => [
      key,
      LEAVE_OUT,
    ]),
  ),
};

/**
 * Compiles .proto files, and gives their services for calling and serving without generated code.
 *
 * @param files one or several: paths from the current directory, URLs of `file:`, or paths as they are imported
 * @throws CompileError where the files have errors: the message shows all of them
 * @throws TypeError GANNET_UNKNOWN_OPTION, GANNET_INVALID_OPTION, or GANNET_INVALID_ARGUMENT without files
 */
export async function loadServices(
  files: string | FileUrl | readonly (string | FileUrl)[],
  options: LoadOptions = {},
): Promise<LoadedServices> {
  checkOptionKeys(options, OPTIONS, "loadServices", FOREIGN);
  if (!Array.isArray(options.roots ?? [])) {
    throw misuse("GANNET_INVALID_OPTION", 'roots is a list of folders, such as ["proto"]');
  }
  const named = typeof files === "string" || (files && "href" in files) ? [files] : files;
  if (!named?.[0]) {
    throw misuse("GANNET_INVALID_ARGUMENT", 'say which .proto files to load, such as loadServices("library.proto")');
  }
  const roots = (options.roots ?? []).map(toPath);
  const missing = roots.find((root) => !existsSync(root));
  if (missing !== undefined) {
    throw misuse("GANNET_INVALID_OPTION", `there is no folder ${missing}, which \`roots\` names`);
  }
  const paths = new Set(named.map((file) => findImportPath(file, roots)));
  const reader = new DiskReader(roots);
  const { ok, diagnostics, registry } = await compile({ files: [...paths], read: reader.read });
  if (!ok) {
    const told = diagnostics.map((one) =>
      one.id === "file-not-found" ? { ...one, hint: placesOf(one.path, roots) } : one,
    );
    throw new CompileError(told, reader.diskPath);
  }
  if (options.onWarning !== undefined) diagnostics.forEach(options.onWarning);
  return new Loaded(registry, paths);
}

/** The path under which a file is imported. The folder of one that is in no root becomes another. */
function findImportPath(file: string | FileUrl, roots: string[]): string {
  const disk = toPath(file);
  // What is not there may be meant as it is imported; else the compiler says that there is no such file.
  if (!existsSync(disk)) return typeof file === "string" ? file : disk;
  let root = roots.find((one) => isInside(disk, one));
  if (root === undefined) {
    root = path.dirname(disk);
    roots.push(root);
  }
  const importPath = path.relative(root, disk).split(path.sep).join("/");
  const first = roots.map((one) => path.join(one, importPath)).find((one) => existsSync(one));
  if (first === undefined || first === disk) return importPath;
  throw new RangeError(
    `${disk} and ${first} are both imported as "${importPath}": give \`roots\` with a folder that has both`,
  );
}

/** Where a file that is not there was looked for, and which one there may be meant. */
function placesOf(file: string, roots: readonly string[]): string {
  const folders = [path.resolve(path.dirname(file)), ...roots.map((root) => path.join(root, path.dirname(file)))];
  const near = nearest(path.basename(file), folders.flatMap(protoFilesIn));
  const meant = near === undefined ? "" : `did you mean ${path.posix.join(path.posix.dirname(file), near)}? `;
  const inRoots = roots.length === 0 ? "; `roots` names others" : `, and in ${roots.join(", ")}`;
  return `${meant}it was looked for from ${process.cwd()}${inRoots}`;
}

function protoFilesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith(".proto"));
  } catch {
    return [];
  }
}

function isInside(file: string, folder: string): boolean {
  const relative = path.relative(folder, file);
  return relative.split(path.sep)[0] !== ".." && !path.isAbsolute(relative);
}

class Loaded implements LoadedServices {
  readonly services: readonly DescService[];
  readonly registry: FileRegistry;
  readonly #messages: readonly DescMessage[];

  constructor(registry: FileRegistry, paths: ReadonlySet<string>) {
    const files = [...paths].flatMap((one) => registry.getFile(one) ?? []);
    this.services = files.flatMap((file) => file.services);
    this.#messages = files.flatMap((file) => file.messages);
    this.registry = registry;
  }

  service<S extends DescService>(name: string): S {
    return (this.registry.getService(name) ?? pick("service", name, this.services)) as S;
  }

  message<M extends DescMessage>(name: string): M {
    return (this.registry.getMessage(name) ?? pick("message", name, this.#messages)) as M;
  }
}

function pick<D extends DescService | DescMessage>(kind: string, name: string, all: readonly D[]): D {
  const [found, ...others] = all.filter((one) => one.name === name);
  if (found !== undefined && others.length === 0) return found;
  if (found !== undefined) {
    const names = [found, ...others].map(({ typeName }) => typeName).join(" and ");
    throw new RangeError(`there is more than one ${kind} ${name}: ${names}`);
  }
  const names = all.map(({ typeName }) => typeName);
  const near =
    nearest(name, names) ??
    nearest(
      name,
      all.map((one) => one.name),
    );
  const hint = near === undefined ? `there are ${names.join(", ") || "none"}` : `did you mean ${near}?`;
  throw new RangeError(`there is no ${kind} ${name} in these files: ${hint}`);
}
