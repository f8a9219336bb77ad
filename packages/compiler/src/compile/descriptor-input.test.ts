import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { create, toBinary, toJson } from "@bufbuild/protobuf";
import { Edition, type FileDescriptorProto, FileDescriptorProtoSchema, SymbolVisibility } from "@bufbuild/protobuf/wkt";
import { descriptorOf } from "../testing/index.ts";
import type { Compilation } from "./compilation.ts";
import { compile } from "./compile.ts";

const P3 = 'syntax = "proto3";\n';
const LIBRARY = {
  "author.proto": `${P3}package library; message Author { string first_name = 1; }`,
  "book.proto": `${P3}package library; import "author.proto"; message Book { Author author = 1; }`,
};

async function load(files: Readonly<Record<string, string | FileDescriptorProto>>): Promise<Compilation> {
  return await compile({ files: [Object.keys(files)[0] ?? ""], read: (path) => files[path] });
}

function say({ diagnostics }: Compilation): string[] {
  return diagnostics.map(({ path, id, message }) => `${path}: ${message} [${id}]`);
}

describe("a descriptor that the reader gives in place of a text", () => {
  test("is imported by texts, and comes back as it was", async () => {
    const author = await descriptorOf(LIBRARY["author.proto"]);
    const { files, diagnostics } = await load({ "book.proto": LIBRARY["book.proto"], "author.proto": author });
    assert.deepEqual(diagnostics, []);
    const [first, second] = files;
    assert.ok(first !== undefined && second !== undefined);
    assert.deepEqual(
      toBinary(FileDescriptorProtoSchema, first),
      toBinary(FileDescriptorProtoSchema, { ...author, name: "author.proto" }),
    );
    assert.equal(second.messageType[0]?.field[0]?.typeName, ".library.Author");
  });

  test("is left as it is, though what comes back has more in it", async () => {
    const field = { name: "first_name", number: 1, label: 1, type: 9 };
    const bare = create(FileDescriptorProtoSchema, { name: "a.proto", messageType: [{ name: "A", field: [field] }] });
    const { files } = await load({ "a.proto": bare });
    assert.equal(files[0]?.messageType[0]?.field[0]?.jsonName, "firstName");
    assert.equal(bare.messageType[0]?.field[0]?.jsonName, "");
  });

  test("may lack what it imports, or a type: it has no place in a text, and the path says where", async () => {
    const book = await descriptorOf({ "book.proto": LIBRARY["book.proto"], "author.proto": LIBRARY["author.proto"] });
    assert.deepEqual(say(await load({ "book.proto": book })), [
      'book.proto: there is no file "author.proto" to import [import-not-found]',
    ]);
    const other = `${P3}package library;`;
    assert.deepEqual(say(await load({ "book.proto": book, "author.proto": other })), [
      "book.proto: `library.Book.author`: there is no type `.library.Author` [type-unknown]",
    ]);
  });

  test("obeys the rules that texts do, and what is wrong is named by its element", async () => {
    const field = { name: "pages", number: 1, label: 1, type: 5 };
    const inner = { name: "Chapter", field: [{ ...field, defaultValue: "1" }] };
    const book = create(FileDescriptorProtoSchema, {
      name: "book.proto",
      package: "library",
      syntax: "proto3",
      messageType: [{ name: "Book", field: [{ ...field, oneofIndex: 3 }], nestedType: [inner] }],
    });
    assert.deepEqual(say(await load({ "book.proto": book })), [
      "book.proto: `library.Book.pages`: there is no oneof with the index 3 [descriptor-invalid]",
      "book.proto: `library.Book.Chapter.pages`: fields have no default of their own in proto3 [proto3-default]",
    ]);
  });

  test("obeys them in the entries of maps as well, which texts do not write themselves", async () => {
    const file = (defaultValue?: string): FileDescriptorProto => {
      const [key, value] = ["key", "value"].map((name, at) => ({ name, number: at + 1, label: 1, type: 5 }));
      const field = [key ?? {}, { ...value, ...(defaultValue === undefined ? {} : { defaultValue }) }];
      const entry = { name: "PagesEntry", options: { mapEntry: true }, field };
      const map = { name: "pages", number: 1, label: 3, type: 11, typeName: ".Book.PagesEntry" };
      const book = { name: "Book", field: [map], nestedType: [entry] };
      return create(FileDescriptorProtoSchema, { name: "a.proto", syntax: "proto3", messageType: [book] });
    };
    assert.deepEqual(say(await load({ "a.proto": file() })), []);
    assert.deepEqual(say(await load({ "a.proto": file("1") })), [
      "a.proto: `Book.PagesEntry.value`: fields have no default of their own in proto3 [proto3-default]",
    ]);
  });

  test("names the type of a field where it has a name for that", async () => {
    const field = { name: "pages", number: 1, label: 1, type: 5, typeName: "" };
    const book = create(FileDescriptorProtoSchema, {
      name: "a.proto",
      messageType: [{ name: "Book", field: [field] }],
    });
    assert.deepEqual(say(await load({ "a.proto": book })), [
      "a.proto: `Book.pages`: the name of its type is empty [type-unknown]",
    ]);
  });

  test("may have its options as a parser leaves them, beside those that are set", async () => {
    const uninterpreted = (name: string, value: object): object => ({
      name: [{ namePart: name, isExtension: false }],
      ...value,
    });
    const withOptions = (...uninterpretedOption: object[]): FileDescriptorProto =>
      create(FileDescriptorProtoSchema, {
        name: "a.proto",
        options: { goPackage: "example.com/a", uninterpretedOption },
      });
    const text = new TextEncoder().encode("com.example");
    const { files } = await load({ "a.proto": withOptions(uninterpreted("java_package", { stringValue: text })) });
    const [{ options } = {}] = files;
    assert.deepEqual([options?.goPackage, options?.javaPackage], ["example.com/a", "com.example"]);
    assert.deepEqual(options?.uninterpretedOption, []);
    assert.deepEqual(
      say(
        await load({
          "a.proto": withOptions(uninterpreted("java_package", { aggregateValue: "a: 1 }; option b = {" })),
        }),
      ),
      ["a.proto: an uninterpreted option of `a.proto` has a value that is no text format [option-value]"],
    );
    assert.deepEqual(say(await load({ "a.proto": withOptions(uninterpreted("java_pakage", { stringValue: text })) })), [
      "a.proto: there is no option `java_pakage` for a file [option-unknown]",
    ]);
  });

  test("may lack what it imports for options only: they are set already", async () => {
    const file = create(FileDescriptorProtoSchema, {
      name: "a.proto",
      syntax: "editions",
      edition: Edition.EDITION_2024,
      optionDependency: ["options.proto"],
    });
    const { files, diagnostics } = await load({ "a.proto": file });
    assert.deepEqual(diagnostics, []);
    assert.deepEqual(files[0]?.optionDependency, ["options.proto"]);
  });

  test("comes back as protoc writes it", async () => {
    const file = create(FileDescriptorProtoSchema, {
      name: "a.proto",
      syntax: "proto3",
      edition: Edition.EDITION_PROTO2,
      messageType: [
        {
          name: "M",
          field: [{ name: "f", number: 1, proto3Optional: false }],
          visibility: SymbolVisibility.VISIBILITY_UNSET,
        },
      ],
      enumType: [{ name: "E", value: [{ name: "A" }] }],
      service: [{ name: "S", method: [{ name: "Call", inputType: ".M", outputType: ".M", serverStreaming: false }] }],
    });
    const [complete] = (await load({ "a.proto": file })).files;
    assert.deepEqual(complete && toJson(FileDescriptorProtoSchema, complete), {
      name: "a.proto",
      messageType: [
        { name: "M", field: [{ name: "f", number: 1, label: "LABEL_OPTIONAL", type: "TYPE_DOUBLE", jsonName: "f" }] },
      ],
      enumType: [{ name: "E", value: [{ name: "A", number: 0 }] }],
      service: [{ name: "S", method: [{ name: "Call", inputType: ".M", outputType: ".M" }] }],
    });
    const early = { ...file, syntax: "", edition: Edition.EDITION_UNKNOWN };
    assert.deepEqual(say(await load({ "a.proto": create(FileDescriptorProtoSchema, early) })), [
      "a.proto: there is no edition EDITION_UNKNOWN [edition-unknown]",
    ]);
  });

  test("may import itself in a circle", async () => {
    const circle = create(FileDescriptorProtoSchema, { name: "a.proto", dependency: ["a.proto"] });
    assert.deepEqual(say(await load({ "a.proto": circle })), ["a.proto: a file cannot import itself [import-cycle]"]);
  });

  test("may define what another does", async () => {
    const author = await descriptorOf(LIBRARY["author.proto"]);
    const book = `${P3}package library; import "author.proto"; message Author {}`;
    assert.deepEqual(say(await load({ "book.proto": book, "author.proto": author })), [
      'book.proto: `library.Author` is already defined in "author.proto" [name-duplicate]',
    ]);
  });
});
