import type { DescFile } from "@bufbuild/protobuf";
import { checkOptions, interceptorList, listOf, type OptionChecks, type ServerInterceptor } from "../../core/index.ts";
import { checkServer, type Server } from "../../server/index.ts";
import { ServerReflection } from "../proto/grpc/reflection/v1/reflection_pb.ts";
import { ServerReflection as ServerReflectionV1alpha } from "../proto/grpc/reflection/v1alpha/reflection_pb.ts";
import { endAtShutdown } from "./end-at-shutdown.ts";
import { type ReflectionReply, type ReflectionRequest, ReflectionStream } from "./reflection-stream.ts";
import { SymbolIndex } from "./symbol-index.ts";

/** What reflection tells of beside the services of its server. */
export interface ReflectionOptions {
  /**
   * Further files, with what they import: such as those of messages that go in a `google.protobuf.Any`, or of extensions.
   * Generated code exports them as `file_…`.
   *
   * @default none
   */
  readonly files?: readonly DescFile[] | undefined;
  /**
   * Run around its calls, within those of the server: such as one that asks who it is that wants to know.
   *
   * @default none
   */
  readonly interceptors?: readonly ServerInterceptor[] | undefined;
}

const CHECKS: OptionChecks<ReflectionOptions> = {
  files: listOf("files, as generated code exports them", (item) => Object(item).kind === "file"),
  interceptors: interceptorList,
};

/**
 * Adds `grpc.reflection.v1.ServerReflection`, and v1alpha for older clients: what the server has of services, now and
 * later, and the files that describe them.
 *
 * @throws TypeError where the server has it already, or for a key that is no option
 */
export function addReflection(server: Server, options: ReflectionOptions = {}): void {
  checkServer(server, "addReflection");
  checkOptions(options, CHECKS, "addReflection");
  const served = new ReflectedServer(server, options.files ?? []);
  const serverReflectionInfo = (requests: AsyncIterable<ReflectionRequest>) => served.answer(requests);
  const serviceOptions = { limited: false, interceptors: options.interceptors };
  server.add(ServerReflection, { serverReflectionInfo }, serviceOptions);
  server.add(ServerReflectionV1alpha, { serverReflectionInfo }, serviceOptions);
}

class ReflectedServer {
  readonly #server: Server;
  readonly #files: readonly DescFile[];
  #index: SymbolIndex | undefined;
  /** How many services the index is of: none ever goes. */
  #indexed = 0;

  constructor(server: Server, files: readonly DescFile[]) {
    this.#server = server;
    this.#files = files;
  }

  async *answer(requests: AsyncIterable<ReflectionRequest>): AsyncGenerator<ReflectionReply, void> {
    const stream = new ReflectionStream();
    for await (const request of endAtShutdown(requests, this.#server.shutdownSignal)) {
      const services = this.#server.services();
      if (this.#index === undefined || this.#indexed !== services.length) {
        this.#index = new SymbolIndex(services, this.#files);
        this.#indexed = services.length;
      }
      yield stream.answer(request, this.#index, services.map(({ typeName }) => typeName).sort());
    }
  }
}
