import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { create, createFileRegistry, type DescMessage } from "@bufbuild/protobuf";
import {
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
  FieldDescriptorProto_Label as Label,
  StructSchema,
  FieldDescriptorProto_Type as Type,
} from "@bufbuild/protobuf/wkt";
import { createCodec } from "./create-codec.ts";
import { compileType } from "./testdata/compile-type.ts";

interface Field {
  readonly name: string;
  readonly type?: Type;
  readonly typeName?: string;
  readonly label?: Label;
  readonly oneofIndex?: number;
}

// biome-ignore format: a list to scan
const NAMES = [
  "__proto__", "constructor", "hasOwnProperty", "toString", "a\"; globalThis.hostile = 1; \"", `$\{globalThis.hostile = 1}`,
  "*/ globalThis.hostile = 1; /*", "new\nline", "\u2028", "\u2029", "\\", "'", "]", "b", "r", "m", "read", "rt", "t0", "w1", "",
] as const;

/** A message type with fields of these names, whatever `@bufbuild/protobuf` says of the names. */
function typeOf(typeName: string, fields: readonly Field[], oneof?: string, isProto2 = false): DescMessage {
  const field = fields.map(({ type = Type.STRING, name: _, ...rest }, index) => {
    return { ...rest, name: `f${index}`, number: index + 1, type };
  });
  const messageType = [{ name: "M", field, oneofDecl: oneof === undefined ? [] : [{ name: "oneof" }] }];
  const file = create(FileDescriptorProtoSchema, {
    name: "a.proto",
    syntax: isProto2 ? "proto2" : "proto3",
    messageType,
  });
  const schema = createFileRegistry(create(FileDescriptorSetSchema, { file: [file] })).getMessage("M");
  assert.ok(schema !== undefined);
  for (const [index, { name }] of fields.entries())
    Object.assign(schema.fields[index] ?? {}, { name, localName: name });
  if (oneof !== undefined) Object.assign(schema.oneofs[0] ?? {}, { name: oneof, localName: oneof });
  return Object.assign(schema, { typeName });
}

/** An object with these properties of its own. */
function objectOf(entries: readonly (readonly [string, unknown])[]): object {
  const object = {};
  for (const [key, value] of entries) {
    Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
  }
  return object;
}

function ownOf(message: object, name: string): unknown {
  return Object.getOwnPropertyDescriptor(message, name)?.value;
}

/** What nobody may have changed. */
function assertUnharmed(): void {
  assert.equal("hostile" in globalThis, false);
  assert.deepEqual(Object.keys(Object.prototype), []);
  assert.deepEqual(Object.keys(Object.prototype.hasOwnProperty), []);
  assert.deepEqual(Object.keys(Object), []);
}

describe("whatever a type and its fields are called, a codec is safe", () => {
  for (const [isProto2, isCompiled] of [
    [false, false],
    [false, true],
    [true, false],
    [true, true],
  ] as const) {
    const which = `${isProto2 ? "proto2" : "proto3"}, ${isCompiled ? "compiled" : "before there is code"}`;
    const prepare = (schema: DescMessage): DescMessage => {
      if (isCompiled) compileType(schema);
      return schema;
    };

    test(`with single values, ${which}`, () => {
      const schema = typeOf(
        'M"; globalThis.hostile = 1; "',
        NAMES.map((name) => ({ name })),
        undefined,
        isProto2,
      );
      const codec = createCodec(prepare(schema));
      assert.equal(codec.encode({}).length, 0);
      const message = codec.decode(codec.encode(objectOf(NAMES.map((name) => [name, `text of ${name}`])) as never));
      for (const name of NAMES) assert.equal(ownOf(message, name), `text of ${name}`);
      assertUnharmed();
    });

    test(`with messages, lists and oneofs, ${which}`, () => {
      for (const name of NAMES) {
        const inner = { type: Type.MESSAGE, typeName: ".M" };
        const label = Label.REPEATED;
        const fields = [{ name, ...inner }, { name: "list", ...inner, label }, { name: "text" }];
        const codec = createCodec(prepare(typeOf(name, fields, undefined, isProto2)));
        assert.equal(codec.encode({}).length, 0);
        // Twice, so that the second is merged into the first; and within a list.
        const bytes = Buffer.from("0a031a01610a001208" + "0a021a000a021a00", "hex");
        const message = codec.decode(bytes);
        assert.equal(ownOf(ownOf(message, name) as object, "text"), "a");
        assert.equal(codec.decode(codec.encode(message as never)).$typeName, name);
        const group = createCodec(prepare(typeOf("G", [{ name, ...inner, oneofIndex: 0 }], name, isProto2)));
        assert.equal(group.encode({}).length, 0);
        const chosen = group.decode(Buffer.from("0a000a020a00", "hex"));
        assert.equal((ownOf(chosen, name) as { case: string }).case, name);
        assertUnharmed();
      }
    });
  }

  test("also where it is interpreted: what every object inherits is nobody's message", () => {
    const inner = { type: Type.MESSAGE, typeName: ".M" };
    const fields = [{ name: "hasOwnProperty", ...inner }, { name: "list" }, { name: "call" }];
    const codec = createCodec(typeOf("M", fields), { codecs: "interpreted" });
    assert.equal(codec.kind, "interpreted");
    assert.equal(codec.encode({}).length, 0);
    const message = codec.decode(Buffer.from("0a031a0161", "hex"));
    assert.equal(ownOf(ownOf(message, "hasOwnProperty") as object, "call"), "a");
    assertUnharmed();
  });

  test("with keys of maps that name the prototype", () => {
    const json =
      '{"__proto__":{"kind":{"case":"boolValue","value":true}},"constructor":{"kind":{"case":"nullValue","value":0}}}';
    compileType(StructSchema);
    const codec = createCodec(StructSchema);
    const { fields } = codec.decode(codec.encode({ fields: JSON.parse(json) }));
    assert.deepEqual(Object.keys(fields), ["__proto__", "constructor"]);
    assert.equal(Object.getPrototypeOf(fields), Object.prototype);
    assertUnharmed();
  });
});

describe("however large a type is, a codec works", () => {
  test("with 10,000 fields", () => {
    const fields = Array.from({ length: 10_000 }, (_, index) => {
      return { name: `field${index}`, type: index % 2 === 0 ? Type.STRING : Type.SINT32 };
    });
    const schema = typeOf("Wide", fields);
    compileType(schema);
    const codec = createCodec(schema);
    const init = objectOf(fields.map(({ name, type }, index) => [name, type === Type.STRING ? `${index}` : -index]));
    const message = codec.decode(codec.encode(init as never));
    for (const [index, { name, type }] of fields.entries()) {
      assert.equal(ownOf(message, name), type === Type.STRING ? `${index}` : -index);
    }
  });

  test("with fields of its own type, and a message that is in itself is an error", () => {
    const schema = typeOf("Tree", [{ name: "left", type: Type.MESSAGE, typeName: ".M" }, { name: "text" }]);
    compileType(schema);
    const codec = createCodec(schema);
    const bytes = codec.encode({ left: { left: { text: "deep" } } } as never);
    assert.deepEqual(Buffer.from(codec.encode(codec.decode(bytes))), Buffer.from(bytes));
    const loop: { left?: object } = {};
    loop.left = loop;
    assert.throws(() => codec.encode(loop as never), RangeError);
    assert.deepEqual(Buffer.from(codec.encode({ text: "a" } as never)), Buffer.from("120161", "hex"));
  });
});
