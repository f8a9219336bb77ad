/**
 * Where .proto files come from: import roots (`-I`), the mapping between a file on disk and the path under which it is
 * imported, and reading. Start with import-root.ts.
 */
export { FileCache } from "./file-cache.ts";
export { type ImportRoot, parseImportRoots } from "./import-root.ts";
export { findInput, type InputLookup } from "./input-path.ts";
export { type ExpandedInputs, expandFolders, inferRoots, listFolders } from "./proto-files.ts";
export { SourceReader } from "./source-reader.ts";
export { suggestImport } from "./suggest-root.ts";
