/** What `gannet protoc --help` says of each flag. */
export const PROTOC_DESCRIPTIONS = {
  command: "Compiles .proto files and runs plugins on them, with the flags of protoc.",
  protoPath:
    "where imports are looked up; may be repeated, and hold several folders as PATH does, or virtual=folder (default: the current directory)",
  plugin: "the executable of a plugin, by the name in front of it or at its end (protoc-gen-NAME)",
  descriptorSetIn:
    "descriptors to take files from that no folder has: FileDescriptorSets, several as in PATH; without -I no folder is asked",
  descriptorSetOut: "write the descriptors of the files, as a FileDescriptorSet",
  includeImports: "with -o: write those of all imports too",
  includeSourceInfo: "with -o: keep positions and comments",
  retainOptions: "with -o: keep options that are meant for the compiler only",
  dependencyOut: "write what make has to know: which files the outputs depend on; for one .proto file",
  encode: "read a message as text from standard input, write its bytes to standard output",
  deterministicOutput: "with --encode: the entries of maps in the order of their keys, which they always have here",
  decode: "read the bytes of a message from standard input, write it as text to standard output",
  decodeRaw: "the same without a .proto file: fields have numbers in place of names",
  printFreeFieldNumbers: "print the field numbers that no message of the files uses yet",
  directDependencies: "fail where a file imports another than these, which are separated by colons",
  optionDependencies: 'the same for "import option"',
  disallowServices: "fail where a file defines a service",
  fatalWarnings: "fail where there are warnings",
  plugins: (name: string) => ({
    out: `run the plugin protoc-gen-${name} and write its files to that folder, which must exist`,
    opt: "more options for that plugin; may be repeated",
  }),
  version: "print the version of protoc whose language and descriptors this is",
};

/** What `gannet protoc --help` ends with. */
export const PROTOC_HELP = `
@FILE among the arguments stands for those in a file, one a line.

--NAME_out and --NAME_opt run any other plugin, protoc-gen-NAME. "es" is built in: it is @bufbuild/protoc-gen-es. Others
are looked for as --plugin says, then in the node_modules/.bin of this directory and those above it, then on PATH. All plugins run at the same time, and files are
written only when every one of them has succeeded.

Examples:
  gannet protoc -I. --es_out=. --es_opt=target=ts helloworld.proto
  gannet protoc --decode=helloworld.HelloRequest helloworld.proto < request.bin`;
