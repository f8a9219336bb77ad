import { createEcmaScriptPlugin, type GeneratedFile, type Schema } from "@bufbuild/protoplugin";
import { emitFunction, fingerprintOf } from "gannet/codegen";

type DescFile = Schema["files"][number];
type DescMessage = DescFile["messages"][number];
/** A message type in the eyes of `gannet`, which has it from another version of @bufbuild/protobuf. */
type GannetMessage = Parameters<typeof fingerprintOf>[0];

const RUNTIME = "gannet/codegen";
/** Their descriptors come with @bufbuild/protobuf, but not their codecs: those are generated where they are needed. */
const WELL_KNOWN = "google/protobuf/";

const LEGEND = `
// In here m is a message, b bytes, p a position in them, r a reader, v a value, o a oneof, l a list or a map, k a key, n a
// length, x a message within m, and t its type.
`;

/**
 * Makes the plugin that generates codecs: for each file a module that registers them.
 *
 * @param version of gannet, for the first line of each file
 */
export function createCodecPlugin(version: string): ReturnType<typeof createEcmaScriptPlugin> {
  return createEcmaScriptPlugin({
    name: "gannet gen --codecs",
    version,
    // Those of protoc-gen-es, which has looked at them before.
    parseOptions: () => ({}),
    generateTs: (schema) => generateFiles(schema, "ts"),
    generateJs: (schema) => generateFiles(schema, "js"),
    generateDts(schema) {
      for (const file of filesOf(schema)) {
        const generated = schema.generateFile(`${file.name}_codec.d.ts`);
        generated.preamble(file);
        generated.print("export {};");
      }
    },
  });
}

function generateFiles(schema: Schema, language: "js" | "ts"): void {
  for (const file of filesOf(schema)) {
    const generated = schema.generateFile(`${file.name}_codec.${language}`);
    generated.preamble(file);
    for (const imported of neighboursOf(file)) {
      printImport(generated, schema, file, imported);
    }
    generated.print(LEGEND);
    for (const message of messagesIn(file)) printCodec(generated, message, language);
  }
}

function printCodec(generated: GeneratedFile, message: DescMessage, language: "js" | "ts"): void {
  const desc = message as unknown as GannetMessage;
  const registerCodec = generated.import("registerCodec", RUNTIME);
  // The types that the code names are imported as it is printed.
  const code = emitFunction(desc, language).split(/\b(TypeCode|TypeReader)\b/);
  const parts = code.map((part, index) => (index % 2 === 0 ? part : generated.import(part, RUNTIME, true)));
  generated.print("// ", message.typeName);
  const fingerprint = JSON.stringify(fingerprintOf(desc));
  generated.print(registerCodec, "(", generated.importSchema(message), ", ", fingerprint, ", ", parts, ");");
  generated.print();
}

/** Imports the module with the codecs of another file, so that whoever imports one has all that it needs. */
function printImport(generated: GeneratedFile, schema: Schema, from: DescFile, to: DescFile): void {
  const { importExtension } = schema.options;
  const extension = importExtension === "none" ? "" : `.${importExtension}`;
  const path = JSON.stringify(`${relativePath(from.name, to.name)}_codec${extension}`);
  generated.print(generated.jsImportStyle === "module" ? `import ${path};` : `require(${path});`);
}

/** The path of a file as one imports it that stands in another. */
function relativePath(from: string, to: string): string {
  const above = from.split("/").slice(0, -1);
  const path = to.split("/");
  let shared = 0;
  while (shared < above.length && shared < path.length - 1 && above[shared] === path[shared]) shared++;
  const up = above.slice(shared).map(() => "..");
  return [...(up.length === 0 ? ["."] : up), ...path.slice(shared)].join("/");
}

/** The files that codecs are generated for: those that were asked for, and what they need of well-known types. */
function filesOf(schema: Schema): readonly DescFile[] {
  const files = new Set(schema.files);
  // The set grows while it is walked.
  for (const file of files) {
    for (const other of neighboursOf(file)) if (other.proto.name.startsWith(WELL_KNOWN)) files.add(other);
  }
  return [...files].filter((file) => file.messages.length > 0 || neighboursOf(file).size > 0);
}

/** The files of the messages that those of a file have in their fields, and its methods take and give. */
function neighboursOf(file: DescFile): ReadonlySet<DescFile> {
  const files = new Set<DescFile>();
  for (const { fields } of messagesIn(file)) {
    for (const { message } of fields) if (message !== undefined) files.add(message.file);
  }
  for (const { methods } of file.services) {
    for (const { input, output } of methods) files.add(input.file).add(output.file);
  }
  files.delete(file);
  return files;
}

/** All message types of a file, the nested ones behind those that they stand in. */
function messagesIn({ messages }: Pick<DescFile, "messages">): DescMessage[] {
  return messages.flatMap((message) => [message, ...messagesIn({ messages: message.nestedMessages })]);
}
