import {
  type CodeGeneratorResponse,
  Edition,
  CodeGeneratorResponse_Feature as Feature,
  type FileDescriptorProto,
} from "@bufbuild/protobuf/wkt";
import type { GeneratorRequest } from "./generator-request.ts";
import type { PluginFailure } from "./plugin-failure.ts";

/** What keeps a plugin, by its own word, from generating code for one of the files: undefined where nothing does. */
export function checkSupport(
  name: string,
  response: CodeGeneratorResponse,
  request: GeneratorRequest,
): PluginFailure | undefined {
  const targets = new Set(request.targets);
  for (const file of request.files) {
    if (!targets.has(file.name)) continue;
    const message = file.syntax === "editions" ? editionLimit(response, file) : optionalLimit(response, file);
    if (message === undefined) continue;
    const hint = `ask for a version of ${name} that can, or write the file otherwise`;
    return { id: "plugin-support", message: `${name} cannot generate ${file.name}: ${message}`, hint };
  }
  return undefined;
}

function editionLimit(response: CodeGeneratorResponse, file: FileDescriptorProto): string | undefined {
  if (!hasFeature(response, Feature.SUPPORTS_EDITIONS)) {
    return "it does not know editions, only proto2 and proto3";
  }
  const { minimumEdition: minimum, maximumEdition: maximum } = response;
  if (file.edition >= minimum && file.edition <= maximum) return undefined;
  return `the file is of edition ${editionName(file.edition)}, and it takes ${editionName(minimum)} to ${editionName(maximum)}`;
}

function optionalLimit(response: CodeGeneratorResponse, file: FileDescriptorProto): string | undefined {
  if (hasFeature(response, Feature.PROTO3_OPTIONAL) || file.syntax !== "proto3") return undefined;
  const messages = [...file.messageType];
  // The list grows while it is walked.
  for (const message of messages) {
    messages.push(...message.nestedType);
    const field = message.field.find((field) => field.proto3Optional);
    if (field !== undefined) return `it does not know "optional" in proto3, as on ${message.name}.${field.name}`;
  }
  return undefined;
}

function hasFeature(response: CodeGeneratorResponse, feature: Feature): boolean {
  return (response.supportedFeatures & BigInt(feature)) !== 0n;
}

function editionName(edition: number): string {
  return Edition[edition]?.replace("EDITION_", "").toLowerCase() ?? String(edition);
}
