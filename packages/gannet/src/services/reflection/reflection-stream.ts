import type { DescFile } from "@bufbuild/protobuf";
import { codeToNumber, type ErrorCode, GrpcError } from "../../core/index.ts";
import type { ServerReflectionRequest as RequestV1 } from "../proto/grpc/reflection/v1/reflection_pb.ts";
import type { ServerReflectionRequest as RequestV1alpha } from "../proto/grpc/reflection/v1alpha/reflection_pb.ts";
import { type SymbolIndex, withImports } from "./symbol-index.ts";

/** What is asked, in either version: they differ in their names only. */
export type ReflectionRequest = RequestV1 | RequestV1alpha;

/** What is answered, in either version. */
export interface ReflectionReply {
  readonly validHost: string;
  readonly originalRequest: Pick<ReflectionRequest, "host"> & { readonly messageRequest: MessageRequest };
  readonly messageResponse: MessageResponse;
}

// biome-ignore format: a list to scan
type MessageRequest =
  | { case: "fileByFilename" | "fileContainingSymbol" | "allExtensionNumbersOfType" | "listServices"; value: string }
  | { case: "fileContainingExtension"; value: { containingType: string; extensionNumber: number } }
  | { case: undefined; value?: undefined };

// biome-ignore format: a list to scan
type MessageResponse =
  | { case: "fileDescriptorResponse"; value: { fileDescriptorProto: Uint8Array[] } }
  | { case: "allExtensionNumbersResponse"; value: { baseTypeName: string; extensionNumber: number[] } }
  | { case: "listServicesResponse"; value: { service: { name: string }[] } }
  | { case: "errorResponse"; value: { errorCode: number; errorMessage: string } };

/** Answers the requests of one call. What it has sent of files it does not send again as an import of others. */
export class ReflectionStream {
  readonly #sent = new Set<string>();

  /** @throws GrpcError INVALID_ARGUMENT for a request that asks for nothing that there is */
  answer(request: ReflectionRequest, index: SymbolIndex, serviceNames: readonly string[]): ReflectionReply {
    const { messageRequest, host } = request;
    const messageResponse = this.#respond(messageRequest, index, serviceNames);
    return { validHost: host, originalRequest: { host, messageRequest: plain(messageRequest) }, messageResponse };
  }

  #respond(asked: ReflectionRequest["messageRequest"], index: SymbolIndex, names: readonly string[]): MessageResponse {
    switch (asked.case) {
      case "listServices":
        return { case: "listServicesResponse", value: { service: names.map((name) => ({ name })) } };
      case "fileByFilename":
        return this.#file(index, index.files.get(asked.value), `file ${quote(asked.value)}`);
      case "fileContainingSymbol":
        return this.#file(index, index.symbols.get(asked.value), `symbol ${quote(asked.value)}`);
      case "fileContainingExtension": {
        const { containingType, extensionNumber } = asked.value;
        const file = index.extensions.get(containingType)?.get(extensionNumber);
        return this.#file(index, file, `extension ${extensionNumber} of ${quote(containingType)}`);
      }
      case "allExtensionNumbersOfType": {
        const numbers = index.extensions.get(asked.value);
        if (numbers === undefined && !index.symbols.has(asked.value)) return notFound(`type ${quote(asked.value)}`);
        const extensionNumber = [...(numbers?.keys() ?? [])].sort((a, b) => a - b);
        return { case: "allExtensionNumbersResponse", value: { baseTypeName: asked.value, extensionNumber } };
      }
      default:
        throw new GrpcError("INVALID_ARGUMENT", "the request asks for nothing that this server knows");
    }
  }

  /** A file comes with its imports: with them a client need not ask again. */
  #file(index: SymbolIndex, file: DescFile | undefined, what: string): MessageResponse {
    if (file === undefined) return notFound(what);
    const fresh = [...withImports([file])].filter(([name]) => name === file.proto.name || !this.#sent.has(name));
    for (const [name] of fresh) this.#sent.add(name);
    const fileDescriptorProto = fresh.map(([, one]) => index.descriptorOf(one));
    return { case: "fileDescriptorResponse", value: { fileDescriptorProto } };
  }
}

/** The request again, without the names of its version. */
function plain(asked: ReflectionRequest["messageRequest"]): MessageRequest {
  if (asked.case !== "fileContainingExtension") return asked;
  const { containingType, extensionNumber } = asked.value;
  return { case: asked.case, value: { containingType, extensionNumber } };
}

function notFound(what: string): MessageResponse {
  const code: ErrorCode = "NOT_FOUND";
  return { case: "errorResponse", value: { errorCode: codeToNumber(code), errorMessage: `there is no ${what}` } };
}

const MAX_QUOTED = 256;

function quote(text: string): string {
  return JSON.stringify(text.slice(0, MAX_QUOTED));
}
