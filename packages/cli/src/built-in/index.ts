/**
 * The plugin that is built in: @bufbuild/protoc-gen-es, run in this process. It is entered by bytes only, since it reads
 * and writes with a copy of @bufbuild/protobuf of its own, in the version that it asks for. Loaded when it is needed.
 */
export { generateEs } from "./generate-es.ts";
