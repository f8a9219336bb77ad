// biome-ignore-all lint/style/noExcessiveLinesPerFile: a list of command lines, which one looks through by flag
import type { CliCase } from "./cli-case.ts";

const P = "-I. -IINCLUDE";
const X = "--plugin=protoc-gen-x=bin/protoc-gen-x";
const NOTHING_WRITTEN = "gannet writes nothing where something is wrong; protoc has written already";

const point = "// @@protoc_insertion_point(here)\n";
const plain = { response: { supportedFeatures: "1", file: [{ name: "a.txt", content: `head\n  ${point}tail\n` }] } };
const nested = { response: { supportedFeatures: "1", file: [{ name: "deep/er/b.txt", content: "b" }] } };
const insert = {
  response: { supportedFeatures: "1", file: [{ name: "a.txt", insertionPoint: "here", content: "one\ntwo\n" }] },
};
const inserts = {
  response: {
    supportedFeatures: "1",
    file: [
      { name: "a.txt", insertionPoint: "here", content: "three" },
      { name: "a.txt", insertionPoint: "here", content: "four\n\n" },
    ],
  },
};
const chunks = {
  response: {
    supportedFeatures: "1",
    file: [{ name: "c.txt", content: "one " }, { content: "two " }, { content: "three" }],
  },
};
const plugins = { plain, nested, insert, inserts, chunks };

const roots: readonly CliCase[] = [
  { name: "the current directory is the root where none is given", args: "-oset.pb lib/author.proto" },
  { name: "a root, and a file within it", args: "-Ilib -oset.pb lib/author.proto" },
  { name: "a root, and a file by its import path", args: "-Ilib -oset.pb author.proto" },
  { name: "a root as a word of its own", args: "-I lib -oset.pb author.proto" },
  { name: "a root by the long flag", args: "--proto_path=lib --descriptor_set_out=set.pb author.proto" },
  { name: "a root with a slash at its end", args: "-Ilib/ -oset.pb lib/author.proto" },
  { name: "a root with a dot before it", args: "-I./lib -oset.pb lib/author.proto" },
  { name: "a file with a dot before it", args: "-I. -oset.pb ./lib/author.proto" },
  { name: "an absolute root and an absolute file", args: "-IHERE -oset.pb HERE/lib/author.proto" },
  {
    name: "several roots, of which the first counts",
    args: "-Iother -I. -IINCLUDE --include_imports -oset.pb lib/book.proto",
  },
  { name: "several roots in one flag", args: "-Iother:.:INCLUDE --include_imports -oset.pb lib/book.proto" },
  {
    name: "a file that another root has as well, before it",
    args: "-Iother -I. -oset.pb ./lib/author.proto",
    ok: false,
  },
  { name: "the same file by the path of the root before it", args: "-Iother -I. -oset.pb other/lib/author.proto" },
  { name: "the same file where its root comes first", args: "-I. -Iother -oset.pb lib/author.proto" },
  { name: "a virtual root", args: "-Iv/w=lib -oset.pb v/w/author.proto" },
  { name: "a virtual root, and a file on disk", args: "-Iv/w=lib -oset.pb lib/author.proto" },
  { name: "a virtual root for one file", args: "-Iv.proto=lib/author.proto -oset.pb v.proto" },
  {
    name: "virtual roots by which imports are found",
    args: "-Ilib=other/lib -Ibooks=lib -IINCLUDE -oset.pb books/book.proto",
  },
  { name: "a file outside of all roots", args: "-Ivirtual -oset.pb lib/author.proto", ok: false },
  { name: "a file that is not there", args: "-I. -oset.pb nowhere.proto", ok: false },
  { name: "a root that is not there", args: "-Inowhere -I. -oset.pb lib/author.proto" },
  { name: "an import that is not there", args: "-I. -oset.pb no-such-import.proto", ok: false },
  { name: "an import from a root that is not given", args: "-Ilib -IINCLUDE -oset.pb book.proto", ok: false },
  { name: "a file given twice", args: "-I. -oset.pb lib/author.proto lib/author.proto" },
  { name: "no file", args: "-I. -oset.pb", ok: false },
  { name: "nothing to do", args: "-I. lib/author.proto", ok: false },
];

const argumentFiles: readonly CliCase[] = [
  {
    name: "arguments from a file",
    args: "@arguments.txt",
    difference: "protoc takes an empty line for an empty argument",
    ok: false,
  },
  { name: "arguments from a file beside others", args: "-I. -oset.pb @files.txt" },
  {
    name: "arguments from a file with line ends of Windows",
    args: "@windows-arguments.txt",
    ok: false,
    difference: "protoc takes the end of a line for a part of the argument",
  },
  { name: "a file of arguments that names another", args: "@nested-arguments.txt", ok: false },
  { name: "a file of arguments that is not there", args: "@nowhere.txt", ok: false },
];

const descriptorSets: readonly CliCase[] = [
  { name: "descriptors of several files", args: `${P} -oset.pb lib/author.proto lib/book.proto library-service.proto` },
  { name: "descriptors with imports", args: `${P} -oset.pb --include_imports library-service.proto` },
  { name: "descriptors with imports of two files", args: `${P} -oset.pb --include_imports kinds.proto lib/book.proto` },
  { name: "descriptors with source info", args: `${P} -oset.pb --include_source_info lib/author.proto` },
  {
    name: "descriptors with all",
    args: `${P} -oset.pb --include_source_info --include_imports --retain_options kinds.proto`,
  },
  { name: "options that only the compiler sees", args: `${P} -oset.pb retention.proto` },
  { name: "options that only the compiler sees, retained", args: `${P} -oset.pb --retain_options retention.proto` },
  { name: "the same with source info", args: `${P} -oset.pb --include_source_info retention.proto` },
  { name: "the same with both", args: `${P} -oset.pb --include_source_info --retain_options retention.proto` },
  { name: "an import for options", args: `${P} -oset.pb --include_imports option-import.proto` },
  { name: "an edition", args: `${P} -oset.pb edition.proto` },
  { name: "descriptors into a folder that is not there", args: `${P} -onowhere/set.pb lib/author.proto`, ok: false },
  { name: "two descriptor sets", args: `${P} -oa.pb -ob.pb lib/author.proto`, ok: false },
  {
    name: "include_imports with nothing to include them in",
    args: `${P} --include_imports ${X} --x_out=plain.json:out lib/author.proto`,
    plugins: { plain },
  },
];

const descriptorSetsIn: readonly CliCase[] = [
  { name: "files from a descriptor set", args: "--descriptor_set_in=whole.pb -oset.pb lib/book.proto" },
  {
    name: "files from a descriptor set, with imports",
    args: "--descriptor_set_in=whole.pb --include_imports -oset.pb lib/book.proto",
  },
  {
    name: "files from a descriptor set, with source info",
    args: "--descriptor_set_in=whole.pb --include_source_info -oset.pb lib/book.proto",
  },
  {
    name: "files from two descriptor sets",
    args: "--descriptor_set_in=book.pb:whole.pb -oset.pb lib/book.proto lib/author.proto",
  },
  {
    name: "a descriptor set without what it imports",
    args: "--descriptor_set_in=book.pb -oset.pb lib/book.proto",
    ok: false,
  },
  {
    name: "a file that a descriptor set does not have",
    args: "--descriptor_set_in=whole.pb -oset.pb lib/shelf.proto",
    ok: false,
  },
  {
    name: "no roots are asked beside a descriptor set",
    args: "--descriptor_set_in=whole.pb -oset.pb unused-import.proto",
    ok: false,
  },
  {
    name: "roots and a descriptor set: roots first",
    args: "--descriptor_set_in=whole.pb -Iother --include_imports -oset.pb lib/book.proto",
  },
  {
    name: "a file on disk that imports from a descriptor set",
    args: "--descriptor_set_in=whole.pb -Ionly -oset.pb only/shelf.proto",
  },
  {
    name: "a descriptor set that is not there",
    args: "--descriptor_set_in=nowhere.pb -oset.pb lib/book.proto",
    ok: false,
  },
  { name: "a descriptor set that is none", args: "--descriptor_set_in=slip.proto -oset.pb lib/book.proto", ok: false },
  {
    name: "a plugin on a descriptor set",
    args: `--descriptor_set_in=whole.pb ${X} --x_out=plain.json:out lib/book.proto`,
    plugins: { plain },
  },
  {
    name: "two flags for descriptor sets",
    args: "--descriptor_set_in=whole.pb --descriptor_set_in=book.pb -oset.pb lib/book.proto",
    ok: false,
  },
  {
    name: "free numbers of a descriptor set",
    args: "--descriptor_set_in=whole.pb --print_free_field_numbers lib/book.proto",
  },
  {
    name: "decoding by a descriptor set, no file named",
    args: "--descriptor_set_in=whole.pb --decode=lib.Author",
    stdin: Buffer.from("\n\x02hi"),
  },
  {
    name: "decoding by a descriptor set, a file named",
    args: "--descriptor_set_in=whole.pb --decode=lib.Author lib/book.proto",
    stdin: Buffer.from("\n\x02hi"),
  },
  {
    name: "decoding a type that a descriptor set does not have",
    args: "--descriptor_set_in=whole.pb --decode=lib.Shelf",
    ok: false,
  },
];

const dependencies: readonly CliCase[] = [
  { name: "dependencies of a descriptor set", args: `${P} --dependency_out=d.txt -oset.pb lib/book.proto` },
  {
    name: "dependencies by absolute paths",
    args: "-IHERE -IINCLUDE --dependency_out=HERE/d.txt -oHERE/set.pb HERE/lib/book.proto",
  },
  {
    name: "dependencies by virtual roots",
    args: "-Ilib=other/lib -Ibooks=lib -IINCLUDE --dependency_out=d.txt -o./set.pb books/book.proto",
  },
  {
    name: "dependencies of a plugin's files",
    args: `${P} ${X} --x_out=nested.json:out --dependency_out=d.txt lib/author.proto`,
    plugins,
  },
  {
    name: "dependencies of files in the current directory",
    args: `${P} ${X} --x_out=nested.json:. --dependency_out=d.txt lib/author.proto`,
    plugins,
  },
  {
    name: "dependencies of a plugin's files and a descriptor set",
    args: `${P} ${X} --x_out=nested.json:./out -oset.pb --dependency_out=d.txt lib/author.proto`,
    plugins,
  },
  {
    name: "dependencies of two files",
    args: `${P} --dependency_out=d.txt -oset.pb lib/book.proto lib/author.proto`,
    ok: false,
  },
  { name: "dependencies of nothing", args: `${P} --dependency_out=d.txt lib/book.proto`, ok: false },
  {
    name: "dependencies and a descriptor set as input",
    args: "--descriptor_set_in=whole.pb --dependency_out=d.txt -oset.pb lib/book.proto",
    ok: false,
  },
  {
    name: "dependencies twice",
    args: `${P} --dependency_out=d.txt --dependency_out=e.txt -oset.pb lib/book.proto`,
    ok: false,
  },
  { name: "dependencies without a name", args: `${P} --dependency_out= -oset.pb lib/book.proto`, ok: false },
  {
    name: "dependencies and free numbers",
    args: `${P} --dependency_out=d.txt --print_free_field_numbers lib/book.proto`,
    ok: false,
  },
  {
    name: "imports that are declared",
    args: `${P} --direct_dependencies=lib/author.proto:google/protobuf/any.proto -oset.pb lib/book.proto`,
  },
  {
    name: "an import that is not declared",
    args: `${P} --direct_dependencies=lib/author.proto -oset.pb lib/book.proto`,
    ok: false,
  },
  { name: "no imports are declared", args: `${P} --direct_dependencies= -oset.pb lib/book.proto`, ok: false },
  {
    name: "no imports are declared, and there are none",
    args: `${P} --direct_dependencies= -oset.pb lib/author.proto`,
  },
  {
    name: "imports are declared twice",
    args: `${P} --direct_dependencies=a --direct_dependencies=b -oset.pb lib/author.proto`,
    ok: false,
  },
  {
    name: "imports for options that are declared",
    args: `${P} --option_dependencies=retention.proto -oset.pb option-import.proto`,
  },
  {
    name: "an import for options that is not declared",
    args: `${P} --option_dependencies= -oset.pb option-import.proto`,
    ok: false,
  },
  {
    name: "a service where there must be none",
    args: `${P} --disallow_services -oset.pb library-service.proto`,
    ok: false,
  },
  { name: "no service where there must be none", args: `${P} --disallow_services -oset.pb lib/book.proto` },
];

const messages: readonly CliCase[] = [
  {
    name: "encoding all kinds of fields",
    args: `${P} --deterministic_output --encode=kinds.M kinds.proto`,
    stdin: "kinds.txt",
  },
  { name: "encoding nothing", args: `${P} --encode=kinds.M kinds.proto` },
  {
    name: "encoding a message of an import",
    args: `${P} --encode=lib.Author lib/book.proto`,
    stdin: Buffer.from('name: "x"'),
  },
  {
    name: "encoding text that is no UTF-8",
    args: `${P} --encode=kinds.M kinds.proto`,
    stdin: Buffer.from('s: "\\xff\\200"'),
  },
  {
    name: "encoding text that is no UTF-8 where it must be",
    args: `${P} --encode=three.P proto3.proto`,
    stdin: Buffer.from('s: "\\xff" rs: "ok" rs: "\\302" m { key: "\\376" value: "\\375" } p { s: "\\300" } b: "\\374"'),
  },
  {
    name: "encoding bytes that are no UTF-8, as they are",
    args: `${P} --encode=kinds.M kinds.proto`,
    stdin: Buffer.from('# \xe9\ns: "a\xffb\xe2\x82\xe2\x82\xac"', "latin1"),
  },
  {
    name: "encoding bytes that are no UTF-8 where it must be",
    args: `${P} --encode=three.P proto3.proto`,
    stdin: Buffer.from('s: "a\xffb"', "latin1"),
  },
  {
    name: "encoding text that is no UTF-8, and need not be",
    args: `${P} --encode=ed.D edition.proto`,
    stdin: Buffer.from('s: "\\xff" req: 1'),
  },
  {
    name: "encoding text that is no UTF-8 beside a field that it need not be in",
    args: `${P} --encode=ed.D edition.proto`,
    stdin: Buffer.from('s: "\\xff" t: "\\xff" req: 1'),
  },
  {
    name: "encoding an item of a message set",
    args: `${P} --encode=kinds.MS kinds.proto`,
    stdin: Buffer.from('[kinds.Item.item] { v: "x" }'),
  },
  {
    name: "encoding without what is required",
    args: `${P} --encode=kinds.Req kinds.proto`,
    stdin: Buffer.from('a: 1 r { b: "x" } rr {} rr { a: 1 b: "" }'),
  },
  {
    name: "encoding messages that are delimited",
    args: `${P} --encode=ed.D edition.proto`,
    stdin: Buffer.from('d { sub { x: 1 } } sub { x: 3 } other { z: 2 } s: "\\xff" r: [1, 0] imp: 0 req: 1'),
  },
  {
    name: "encoding two entries of one key",
    args: `${P} --encode=kinds.M kinds.proto`,
    stdin: Buffer.from('msi { key: "a" } msi { key: "a" value: 1 }'),
  },
  {
    name: "encoding a field that there is not",
    args: `${P} --encode=kinds.M kinds.proto`,
    stdin: Buffer.from("nope: 1"),
    ok: false,
  },
  { name: "encoding a type that there is not", args: `${P} --encode=kinds.N kinds.proto`, ok: false },
  { name: "encoding with a dot before the type", args: `${P} --encode=.kinds.M kinds.proto`, ok: false },
  { name: "encoding without a file", args: `${P} --encode=kinds.M`, ok: false },
  { name: "decoding all kinds of fields", args: `${P} --decode=kinds.M kinds.proto`, stdin: "kinds.bin" },
  { name: "decoding nothing", args: `${P} --decode=kinds.M kinds.proto` },
  {
    name: "decoding an item of a message set",
    args: `${P} --decode=kinds.MS kinds.proto`,
    stdin: Buffer.from("0b10e8071a030a01780c", "hex"),
  },
  { name: "decoding fields that are not known", args: `${P} --decode=kinds.Item kinds.proto`, stdin: "kinds.bin" },
  {
    name: "decoding fields of other wire types",
    args: `${P} --decode=kinds.M kinds.proto`,
    stdin: Buffer.from("70010a0268690a000a030a0100f3010801f4018001079a8b01a80109", "hex"),
    ok: false,
  },
  {
    name: "decoding enums of numbers that they do not have",
    args: `${P} --decode=kinds.M kinds.proto`,
    stdin: Buffer.from("8001078a010080010b7001a80109", "hex"),
    ok: true,
  },
  {
    name: "decoding parts of one message",
    args: `${P} --decode=kinds.M kinds.proto`,
    stdin: Buffer.from("8a010208018a01021002f0010af8010b", "hex"),
  },
  {
    name: "decoding one of several fields in turn",
    args: `${P} --decode=kinds.M kinds.proto`,
    stdin: Buffer.from("f00101fa010161820200f00102", "hex"),
  },
  {
    name: "decoding zeros without presence",
    args: `${P} --decode=three.P proto3.proto`,
    stdin: Buffer.from("0a00100038002a003009190000000000000080", "hex"),
  },
  {
    name: "decoding an open enum",
    args: `${P} --decode=three.P proto3.proto`,
    stdin: Buffer.from("3007620301020330016203040102", "hex"),
  },
  {
    name: "decoding text that must be UTF-8 and is not",
    args: `${P} --decode=three.P proto3.proto`,
    stdin: Buffer.from("0a02fffe", "hex"),
    ok: false,
  },
  {
    name: "decoding text that need not be UTF-8",
    args: `${P} --decode=kinds.M kinds.proto`,
    stdin: Buffer.from("7202fffe", "hex"),
  },
  {
    name: "decoding without what is required",
    args: `${P} --decode=kinds.Req kinds.proto`,
    stdin: Buffer.from("0801120322017 81a00".replaceAll(" ", ""), "hex"),
  },
  {
    name: "decoding what is cut off",
    args: `${P} --decode=kinds.M kinds.proto`,
    stdin: Buffer.from("7205ff", "hex"),
    ok: false,
  },
  { name: "decoding a type that there is not", args: `${P} --decode=kinds.N kinds.proto`, ok: false },
  { name: "decoding raw", args: "--decode_raw", stdin: "kinds.bin" },
  { name: "decoding raw, nothing", args: "--decode_raw" },
  { name: "decoding raw, what is cut off", args: "--decode_raw", stdin: Buffer.from("7205ff", "hex"), ok: false },
  {
    name: "decoding raw, a group that does not end",
    args: "--decode_raw",
    stdin: Buffer.from("0b0801", "hex"),
    ok: false,
  },
  {
    name: "decoding raw, a group that ends as another",
    args: "--decode_raw",
    stdin: Buffer.from("0b080114", "hex"),
    ok: false,
  },
  { name: "decoding raw, messages deeper than is looked", args: "--decode_raw", stdin: nest(14) },
  { name: "decoding raw, field number zero", args: "--decode_raw", stdin: Buffer.from("0001", "hex"), ok: false },
  { name: "decoding raw with a file", args: "--decode_raw lib/author.proto", ok: false },
  { name: "encoding and decoding", args: `${P} --encode=kinds.M --decode=kinds.M kinds.proto`, ok: false },
  { name: "decoding and raw", args: `--decode_raw --decode=kinds.M`, ok: false },
  { name: "decoding and generating", args: `${P} --decode=kinds.M -oset.pb kinds.proto`, ok: false },
  { name: "decoding in a certain order", args: `${P} --deterministic_output --decode=kinds.M kinds.proto`, ok: false },
  { name: "decoding by a file that is wrong", args: `${P} --decode=Slip slip.proto`, ok: false },
];

const freeNumbers: readonly CliCase[] = [
  { name: "free numbers, of groups, maps and extensions", args: `${P} --print_free_field_numbers kinds.proto` },
  {
    name: "free numbers, of several files",
    args: `${P} --print_free_field_numbers lib/book.proto edition.proto proto3.proto`,
  },
  { name: "free numbers and descriptors", args: `${P} --print_free_field_numbers -oset.pb lib/book.proto`, ok: false },
  { name: "free numbers of a file that is wrong", args: `${P} --print_free_field_numbers slip.proto`, ok: false },
];

const errors: readonly CliCase[] = [
  { name: "a file that is wrong", args: `${P} -oset.pb slip.proto`, ok: false },
  { name: "errors for gcc", args: `${P} --error_format=gcc -oset.pb slip.proto`, ok: false },
  { name: "errors for Visual Studio", args: `${P} --error_format=msvs -oset.pb slip.proto`, ok: false },
  { name: "an error format that there is not", args: `${P} --error_format=xml -oset.pb lib/author.proto`, ok: false },
  { name: "a warning", args: `${P} -oset.pb unused-import.proto` },
  {
    name: "a warning that is fatal",
    args: `${P} --fatal_warnings -oset.pb unused-import.proto`,
    ok: false,
    difference: NOTHING_WRITTEN,
  },
  {
    name: "a root that is not there is no warning that could be fatal",
    args: "--fatal_warnings -Inowhere -I. -oset.pb lib/author.proto",
  },
  { name: "a flag that there is not", args: `${P} --descriptor_set_ou=set.pb lib/author.proto`, ok: false },
  { name: "an argument that is empty", args: ["-I.", "-oset.pb", "", "lib/author.proto"], ok: false },
  { name: "a flag without its value", args: "-oset.pb lib/author.proto -I", ok: false },
];

const outputs: readonly CliCase[] = [
  { name: "a plugin", args: `${P} ${X} --x_out=plain.json:out lib/book.proto`, plugins },
  {
    name: "a plugin by its file's name",
    args: `${P} --plugin=bin/protoc-gen-x --x_out=plain.json:out lib/book.proto`,
    plugins,
  },
  {
    name: "a plugin with options",
    args: `${P} ${X} --x_out=plain.json,a=b:out --x_opt=c --x_opt=d,e=f lib/book.proto`,
    plugins,
  },
  { name: "a plugin with options only", args: `${P} ${X} --x_opt=plain.json --x_out=out lib/book.proto`, plugins },
  {
    name: "a plugin that is given all there is",
    args: `${P} ${X} --x_out=plain.json:out kinds.proto retention.proto edition.proto library-service.proto`,
    plugins: { plain: { response: { supportedFeatures: "3", minimumEdition: 998, maximumEdition: 1001 } } },
  },
  {
    name: "several outputs",
    args: `${P} ${X} --plugin=protoc-gen-y=bin/protoc-gen-x --x_out=plain.json:out --y_out=nested.json:out -oset.pb lib/book.proto`,
    plugins,
  },
  { name: "files into folders that are not there", args: `${P} ${X} --x_out=nested.json:out lib/book.proto`, plugins },
  { name: "a file in several parts", args: `${P} ${X} --x_out=chunks.json:out lib/book.proto`, plugins },
  {
    name: "an insertion",
    args: `${P} ${X} --plugin=protoc-gen-y=bin/protoc-gen-x --x_out=plain.json:out --y_out=insert.json:out lib/book.proto`,
    plugins,
  },
  {
    name: "insertions of two plugins",
    args: `${P} ${X} --plugin=protoc-gen-y=bin/protoc-gen-x --plugin=protoc-gen-z=bin/protoc-gen-x --x_out=plain.json:out --y_out=insert.json:out --z_out=inserts.json:out lib/book.proto`,
    plugins,
  },
  {
    name: "an insertion into another folder's file",
    args: `${P} ${X} --plugin=protoc-gen-y=bin/protoc-gen-x --x_out=plain.json:out --y_out=insert.json:out2 lib/book.proto`,
    plugins,
    ok: false,
    // protoc writes its folders in an order that is another each time, up to the one that fails.
    compare: ["stdout", "stderr"],
  },
  {
    name: "an insertion before the file is there",
    args: `${P} ${X} --plugin=protoc-gen-y=bin/protoc-gen-x --y_out=insert.json:out --x_out=plain.json:out lib/book.proto`,
    plugins,
    ok: false,
  },
  {
    name: "one file by two plugins",
    args: `${P} ${X} --plugin=protoc-gen-y=bin/protoc-gen-x --x_out=plain.json:out --y_out=plain.json:out lib/book.proto`,
    plugins,
    ok: false,
  },
  {
    name: "one file by two plugins in two folders",
    args: `${P} ${X} --plugin=protoc-gen-y=bin/protoc-gen-x --x_out=plain.json:out --y_out=plain.json:out2 lib/book.proto`,
    plugins,
  },
  {
    name: "a plugin that has an error",
    args: `${P} ${X} --x_out=wrong.json:out lib/book.proto`,
    plugins: { wrong: { response: { error: "no" } } },
    ok: false,
  },
  {
    name: "a plugin that fails",
    args: `${P} ${X} --x_out=wrong.json:out lib/book.proto`,
    plugins: { wrong: { exitCode: 3 } },
    ok: false,
  },
  {
    name: "a plugin that prints something else",
    args: `${P} ${X} --x_out=wrong.json:out lib/book.proto`,
    plugins: { wrong: { stdout: "hello" } },
    ok: false,
  },
  {
    name: "a plugin that leaves its folder",
    args: `${P} ${X} --x_out=wrong.json:out lib/book.proto`,
    plugins: { wrong: { response: { file: [{ name: "../x.txt", content: "x" }] } } },
    ok: false,
  },
  {
    name: "a plugin that does not know editions",
    args: `${P} ${X} --x_out=plain.json:out edition.proto`,
    plugins,
    ok: false,
  },
  {
    name: "a plugin that does not know optional",
    args: `${P} ${X} --x_out=wrong.json:out proto3.proto`,
    plugins: { wrong: { response: { file: [{ name: "x.txt" }] } } },
    ok: false,
  },
  { name: "a plugin that is not there", args: `${P} --nowhere_out=out lib/book.proto`, ok: false },
  {
    name: "a folder that is not there",
    args: `${P} ${X} --x_out=plain.json:nowhere lib/book.proto`,
    plugins,
    ok: false,
    difference: "gannet looks whether it can write before it runs plugins",
  },
  {
    name: "options without an output",
    args: `${P} --x_opt=a -oset.pb lib/book.proto`,
    ok: false,
  },
  {
    name: "a zip archive",
    args: `${P} ${X} --x_out=plain.json:out.zip lib/book.proto`,
    plugins,
    difference: "gannet has no archives, and says how to make one",
  },
  {
    name: "a jar archive",
    args: `${P} ${X} --x_out=plain.json:out.jar lib/book.proto`,
    plugins,
    difference: "gannet has no archives, and says how to make one",
  },
  { name: "a flag from another time", args: `${P} --experimental_allow_proto3_optional -oset.pb proto3.proto` },
];

const help: readonly CliCase[] = [
  { name: "help", args: "--help", compare: ["files", "stderr"] },
  { name: "help in short", args: "-h", compare: ["files", "stderr"] },
  { name: "help without arguments", args: [], compare: ["files", "stderr"] },
  { name: "the version", args: "--version", compare: ["files", "stderr"] },
];

/** Every command line on which the two are compared. */
export const cases: readonly CliCase[] = [
  roots,
  argumentFiles,
  descriptorSets,
  descriptorSetsIn,
  dependencies,
  messages,
  freeNumbers,
  errors,
  outputs,
  help,
].flat();

/** Flags of protoc that `gannet protoc` does not have, with the reason. */
export const absentFlags: ReadonlyMap<string, string> = new Map([
  ["--enable_codegen_trace", "for generators within protoc"],
  ["--notices", "of what protoc contains"],
  ["--unsafe_allow_out_dir_escape", "no output leaves its folder"],
  ["--<lang>_prefix", "a plugin may be a script that does it"],
  ...["cpp", "csharp", "java", "kotlin", "objc", "php", "pyi", "python", "rbs", "ruby", "rust"].map(
    (language) => [`--${language}_out`, "generated by protoc itself"] as const,
  ),
]);

/** A message in a message, so many times. */
function nest(depth: number): Buffer {
  let bytes = Buffer.from([0x08, 0x01]);
  for (let level = 0; level < depth; level++) bytes = Buffer.concat([Buffer.from([0x0a, bytes.length]), bytes]);
  return bytes;
}
