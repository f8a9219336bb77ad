import { create, createFileRegistry, type DescMessage, type FileRegistry } from "@bufbuild/protobuf";
import { type FileDescriptorProto, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import type { ProtocTask } from "../arguments/index.ts";
import { listFreeFieldNumbers } from "../descriptors/index.ts";
import type { Report } from "../report/index.ts";
import {
  decodeText,
  encodeText,
  findMissingFields,
  MalformedError,
  makeLenient,
  printMessage,
  printUnknownFields,
  readMessageFields,
  readWireFields,
  type TextRegistries,
} from "../text-format/index.ts";

/** What `gannet protoc` does other than generating: `--encode`, `--decode`, `--decode_raw`, `--print_free_field_numbers`. */
export async function runTask(
  task: ProtocTask,
  files: readonly FileDescriptorProto[],
  targets: readonly string[],
  report: Report,
): Promise<void> {
  if (task.kind === "decode-raw") decodeRaw(await readInput(), report);
  else if (task.kind === "encode" || task.kind === "decode") await convert(task, files, report);
  else printFreeFieldNumbers(files, targets);
}

function printFreeFieldNumbers(files: readonly FileDescriptorProto[], targets: readonly string[]): void {
  for (const target of targets) {
    const file = files.find(({ name }) => name === target);
    for (const line of file === undefined ? [] : listFreeFieldNumbers(file)) process.stdout.write(`${line}\n`);
  }
}

async function convert(
  task: ProtocTask & { readonly typeName: string },
  files: readonly FileDescriptorProto[],
  report: Report,
): Promise<void> {
  const registry = createRegistry(files);
  const type = registry.getMessage(task.typeName);
  if (type === undefined) {
    reportUnknownType(task, registry, report);
    return;
  }
  const input = await readInput();
  if (task.kind === "decode") decode(type, input, registry, report);
  else encode(type, input, { registry, lenient: createRegistry(makeLenient(files)) }, report);
}

function createRegistry(files: readonly FileDescriptorProto[]): FileRegistry {
  return createFileRegistry(create(FileDescriptorSetSchema, { file: [...files] }));
}

function encode(type: DescMessage, input: Uint8Array, registries: TextRegistries, report: Report): void {
  try {
    const bytes = encodeText(type, decodeText(input), registries);
    const invalid = new Set<string>();
    const reading = { registry: registries.registry, onInvalidText: (name: string) => invalid.add(name) };
    warnOfMissingFields(findMissingFields(readMessageFields(bytes, type, reading)), report);
    warnOfInvalidText(invalid, report);
    process.stdout.write(bytes);
  } catch (error) {
    const message = `this is no ${type.typeName} in the text format: ${error instanceof Error ? error.message : error}`;
    report.error({ id: "input-malformed", place: "standard input", message });
  }
}

function decode(type: DescMessage, input: Uint8Array, registry: FileRegistry, report: Report): void {
  attempt(report, type.typeName, () => {
    const message = readMessageFields(input, type, { registry });
    warnOfMissingFields(findMissingFields(message), report);
    process.stdout.write(printMessage(message));
  });
}

function decodeRaw(input: Uint8Array, report: Report): void {
  attempt(report, "message", () => process.stdout.write(printUnknownFields(readWireFields(input))));
}

function attempt(report: Report, typeName: string, action: () => void): void {
  try {
    action();
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error;
    const message = `these bytes are no ${typeName}: ${error.message}`;
    report.error({ id: "input-malformed", place: "standard input", message });
  }
}

function warnOfMissingFields(missing: readonly string[], report: Report): void {
  if (missing.length === 0) return;
  const message = `the message is without fields that are required: ${missing.join(", ")}`;
  report.warning({ id: "required-missing", place: "standard input", message });
}

function warnOfInvalidText(fields: ReadonlySet<string>, report: Report): void {
  if (fields.size === 0) return;
  const message = `these are strings, and what is written for them is not UTF-8: ${[...fields].join(", ")}`;
  const hint = "receivers refuse the message: write UTF-8, or give the fields the type bytes";
  report.warning({ id: "string-not-utf8", place: "standard input", message, hint });
}

function reportUnknownType(
  task: ProtocTask & { readonly typeName: string },
  registry: FileRegistry,
  report: Report,
): void {
  const { typeName } = task;
  const names = [...registry].filter((one) => one.kind === "message").map((one) => one.typeName);
  const lastName = typeName.slice(typeName.lastIndexOf(".") + 1).toLowerCase();
  const near = names.filter((name) => name.slice(name.lastIndexOf(".") + 1).toLowerCase() === lastName);
  const hint =
    near.length > 0 ? `did you mean ${near.slice(0, 5).join(" or ")}?` : "give its full name, package included";
  const message = `there is no message type ${typeName} in these files`;
  report.error({ id: "type-not-found", place: `--${task.kind}`, message, hint });
}

async function readInput(): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}
