/** What `gannet protoc --help` says of each flag. */
export const PROTOC_DESCRIPTIONS = {
  command: "Compiles .proto files and runs plugins on them, with the flags of protoc.",
  protoPath:
    "where imports are looked up; may be repeated, and hold several folders as PATH does, or virtual=folder (default: the current directory)",
  plugin: "the executable of a plugin, by the name in front of it or at its end (protoc-gen-NAME)",
  descriptorSetOut: "write the descriptors of the files, as a FileDescriptorSet",
  includeImports: "with -o: write those of all imports too",
  includeSourceInfo: "with -o: keep positions and comments",
  retainOptions: "with -o: keep options that are meant for the compiler only",
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

Example:
  gannet protoc -I. --es_out=. --es_opt=target=ts helloworld.proto`;
