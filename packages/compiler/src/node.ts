/** `@gannet/compiler/node`: .proto files on a disk, and services loaded from them without generated code. */
export {
  CompileError,
  createDiskReader,
  type FileUrl,
  type LoadedServices,
  type LoadOptions,
  loadServices,
} from "./node/index.ts";
