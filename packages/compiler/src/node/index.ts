/** What there is for Node only: files on a disk, and services loaded from them. Start with load-services.ts. */
export { CompileError } from "./compile-error.ts";
export { createDiskReader, type FileUrl } from "./disk-reader.ts";
export { type LoadedServices, type LoadOptions, loadServices } from "./load-services.ts";
