/**
 * The plugins that are built in, run in this process: @bufbuild/protoc-gen-es, and the generator of codecs, which is made of
 * its parts. They are entered by bytes only, since they read and write with a copy of @bufbuild/protobuf of their own, in
 * the version that protoc-gen-es asks for. Loaded when they are needed.
 */
export { type BuiltIn, runBuiltIn } from "./run-built-in.ts";
