import { toBinary } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { compile, formatDiagnostic, type ReadFile } from "@gannet/compiler";

/** What a compilation gave, in a form that JSON has. */
export interface Compiled {
  /** The descriptor of each file, imports included, in base64, by path. */
  readonly descriptors: Readonly<Record<string, string>>;
  /** What was found, as people read it. */
  readonly findings: readonly string[];
  /** How many types a registry has of it. */
  readonly types: number;
}

const CHUNK = 0x8000;

/** Compiles files, in a browser as in Node. */
export async function compileByReader(files: readonly string[], read: ReadFile): Promise<Compiled> {
  const compilation = await compile({ files, read });
  const descriptors = compilation.files.map((file) => {
    return [file.name, toBase64(toBinary(FileDescriptorProtoSchema, file))] as const;
  });
  return {
    descriptors: Object.fromEntries(descriptors),
    findings: compilation.diagnostics.map((diagnostic) => formatDiagnostic(diagnostic)),
    types: [...compilation.registry].length,
  };
}

function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += CHUNK) text += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  return btoa(text);
}
