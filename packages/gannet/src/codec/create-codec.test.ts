import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { create, createFileRegistry, type DescMessage, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import {
  AnySchema,
  BytesValueSchema,
  DescriptorProtoSchema,
  DurationSchema,
  EmptySchema,
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FieldMaskSchema,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
  FileOptionsSchema,
  StructSchema,
} from "@bufbuild/protobuf/wkt";
import { createCodec, type MessageCodec } from "./create-codec.ts";
import { DecodeError } from "./decode-error.ts";
import { compileType } from "./testdata/compile-type.ts";
import { createOutlets } from "./testdata/outlets.ts";

const OUTLETS = createOutlets();

/** A message type with fields of these names, each a string, whatever `@bufbuild/protobuf` says of the names. */
function typeWithFields(typeName: string, names: readonly string[]): DescMessage {
  const field = names.map((_, index) => {
    return { name: `f${index}`, number: index + 1, type: FieldDescriptorProto_Type.STRING };
  });
  const messageType = [{ name: typeName, field }];
  const file = create(FileDescriptorProtoSchema, { name: "a.proto", syntax: "proto3", messageType });
  const schema = createFileRegistry(create(FileDescriptorSetSchema, { file: [file] })).getMessage(typeName);
  assert.ok(schema !== undefined);
  for (const [index, name] of names.entries()) Object.assign(schema.fields[index] ?? {}, { name, localName: name });
  return schema;
}

describe("a message that cannot be encoded", () => {
  for (const [schema, init, said] of [
    [
      DurationSchema,
      { seconds: 1n, nanos: "eighteen" },
      'google.protobuf.Duration.nanos: expected int32, got "eighteen"',
    ],
    [DurationSchema, { nanos: 2 ** 31 }, "google.protobuf.Duration.nanos: expected int32, got 2147483648"],
    [DurationSchema, { nanos: 1.5 }, "google.protobuf.Duration.nanos: expected int32, got 1.5"],
    [DurationSchema, { nanos: 5n }, "google.protobuf.Duration.nanos: expected int32, got 5n"],
    [
      DurationSchema,
      { seconds: 1n << 63n },
      "google.protobuf.Duration.seconds: expected int64, got 9223372036854775808n",
    ],
    [DurationSchema, { seconds: 1.5 }, "google.protobuf.Duration.seconds: expected int64, got 1.5"],
    [DurationSchema, { seconds: "" }, 'google.protobuf.Duration.seconds: expected int64, got ""'],
    [DurationSchema, { seconds: {} }, "google.protobuf.Duration.seconds: expected int64, got an object"],
    [DurationSchema, { seconds: Symbol("1") }, "google.protobuf.Duration.seconds: expected int64, got Symbol(1)"],
    [FieldMaskSchema, { paths: ["a", 7] }, "google.protobuf.FieldMask.paths[1]: expected string, got 7"],
    [FieldMaskSchema, { paths: "a" }, 'google.protobuf.FieldMask.paths: expected string, got "a"'],
    [AnySchema, { value: "text" }, 'google.protobuf.Any.value: expected bytes, got "text"'],
    [StructSchema, { fields: { a: 5 } }, 'google.protobuf.Struct.fields["a"]: expected google.protobuf.Value, got 5'],
    [
      StructSchema,
      {
        fields: {
          a: {},
          b: { kind: { case: "listValue", value: { values: [{}, { kind: { case: "boolValue", value: 1 } }] } } },
        },
      },
      'google.protobuf.Struct.fields["b"].list_value.values[1].bool_value: expected bool, got 1',
    ],
    [
      FileDescriptorProtoSchema,
      { messageType: [{}, { field: [{ name: "a" }, { name: 7 }] }] },
      "google.protobuf.FileDescriptorProto.message_type[1].field[1].name: expected string, got 7",
    ],
    [
      FileOptionsSchema,
      { uninterpretedOption: [{ name: [{ namePart: "a" }] }] },
      "google.protobuf.FileOptions.uninterpreted_option[0].name[0].is_extension: is required, and not set",
    ],
    [
      FileDescriptorProtoSchema,
      { messageType: [{ options: create(AnySchema) }] },
      "google.protobuf.FileDescriptorProto.message_type[0].options: expected google.protobuf.MessageOptions, got google.protobuf.Any",
    ],
    [StructSchema, { fields: new Map() }, "google.protobuf.Struct.fields: expected google.protobuf.Value, got a Map"],
    [DurationSchema, create(AnySchema), "expected a message of type google.protobuf.Duration, got google.protobuf.Any"],
  ] as const) {
    for (const outlet of OUTLETS) {
      test(`is told in words, ${outlet.kind}: ${said}`, () => {
        const codec = outlet.codec(schema as DescMessage);
        assert.equal(codec.kind, outlet.kind);
        assert.throws(() => codec.encode(init as never), { name: "TypeError", message: said });
      });
    }
  }

  test("may have undefined and null for what is not set", () => {
    const init = { seconds: null, nanos: undefined } as unknown as MessageInitShape<typeof DurationSchema>;
    assert.deepEqual(createCodec(DurationSchema).encode(init), new Uint8Array(0));
  });
});

describe("bytes that are no message", () => {
  for (const [hex, offset, path, what] of [
    ["0a05", 1, "google.protobuf.FileDescriptorProto.name", /a length of 5 goes beyond the end/],
    // Others would take the lowest 32 bits for the length, which are 0 here.
    ["0a8080808080808080800100", 1, "google.protobuf.FileDescriptorProto.name", /a length has more than 32 bits/],
    ["0a808080801000", 1, "google.protobuf.FileDescriptorProto.name", /a length has more than 32 bits/],
    ["220612040a056161", 5, "google.protobuf.FileDescriptorProto.message_type[0].field[0].name", /a length of 5/],
    ["22021203", 3, "google.protobuf.FileDescriptorProto.message_type[0].field[0]", /a length of 3/],
    ["2200220412020a00ff", 8, "google.protobuf.FileDescriptorProto", /ends inside a varint/],
    ["00", 1, "google.protobuf.FileDescriptorProto.#0", /number 0/],
    ["0f", 1, "google.protobuf.FileDescriptorProto.name", /wire type 7/],
    [`38${"80".repeat(11)}`, 1, "google.protobuf.FileDescriptorProto.extension[0]", /more than 10 bytes/],
  ] as const) {
    for (const outlet of OUTLETS) {
      test(`are refused with the place, ${outlet.kind}: ${hex}`, () => {
        assert.throws(
          () => outlet.codec(FileDescriptorProtoSchema).decode(Buffer.from(hex, "hex")),
          (error) => {
            assert.ok(error instanceof DecodeError);
            assert.deepEqual([error.offset, error.path], [offset, path]);
            assert.match(error.message, what);
            return true;
          },
        );
      });
    }
  }

  test("are refused where messages are nested without end", () => {
    // Struct in Value in Struct, 60 deep, each 2 to 4 levels.
    let bytes = Buffer.alloc(0);
    for (let depth = 0; depth < 60; depth++) bytes = nest(nest(nest(bytes, 0x2a), 0x12), 0x0a);
    for (const outlet of OUTLETS) {
      assert.throws(() => outlet.codec(StructSchema).decode(bytes), /nested deeper than 100/);
    }
  });
});

function nest(bytes: Uint8Array, tag: number): Buffer<ArrayBuffer> {
  const length: number[] = [];
  let rest = bytes.length;
  for (; rest > 0x7f; rest >>>= 7) length.push((rest & 0x7f) | 0x80);
  return Buffer.concat([Buffer.from([tag, ...length, rest]), bytes]);
}

describe("fields that a type does not know", () => {
  test("are written back as they came, however many there are, and take no more memory than some others", () => {
    const fields = 400_000;
    const bytes = new Uint8Array(2 * fields);
    for (let at = 0; at < bytes.length; at += 2) bytes.set([0x08 + 8 * ((at / 2) % 15), (at / 2) % 128], at);
    const codec = createCodec(EmptySchema);
    const empty = codec.decode(bytes);
    assert.equal(empty.$unknown?.length, 1000);
    assert.deepEqual(Buffer.from(codec.encode(empty)), Buffer.from(bytes));
  });

  test("are kept one by one where they may be extensions", () => {
    // Field 1,000 of FileOptions, 2,000 times.
    const bytes = Buffer.concat(Array.from({ length: 2_000 }, () => Buffer.from("c03e01", "hex")));
    assert.equal(createCodec(FileOptionsSchema).decode(bytes).$unknown?.length, 2_000);
  });
});

describe("a codec is safe", () => {
  test("whatever the fields are called", () => {
    const names = [
      "__proto__",
      "constructor",
      "a\"; throw new Error('run'); \"",
      "`x`",
      "new\nline",
      "\u2028",
      "b",
      "r",
      "read",
    ];
    const schema = typeWithFields("M", names);
    compileType(schema);
    const codec = createCodec(schema);
    const init = Object.fromEntries(schema.fields.map(({ localName }, index) => [localName, `text ${index}`]));
    const decoded = codec.decode(codec.encode(init));
    assert.equal(Object.getPrototypeOf(decoded), Object.prototype);
    for (const [index, { localName }] of schema.fields.entries()) {
      if (localName !== "__proto__")
        assert.equal((decoded as never as Record<string, unknown>)[localName], `text ${index}`);
    }
    assert.equal(({} as { text?: unknown }).text, undefined);
  });

  test("with keys of maps that name the prototype", () => {
    compileType(StructSchema);
    const bytes = createCodec(StructSchema).encode({
      fields: JSON.parse('{"__proto__":{"kind":{"case":"boolValue","value":true}}}'),
    });
    const { fields } = createCodec(StructSchema).decode(bytes);
    assert.deepEqual(Object.keys(fields), ["__proto__"]);
    assert.equal(Object.getPrototypeOf(fields), Object.prototype);
  });
});

describe("a codec promises", () => {
  for (const schema of [FileDescriptorProtoSchema, BytesValueSchema] as const) compileType(schema as DescMessage);
  const Descriptor = createCodec(DescriptorProtoSchema);
  const File = createCodec(FileDescriptorProtoSchema);
  const Bytes = createCodec(BytesValueSchema);

  test("room for whatever is written, and no byte beyond it", () => {
    const characters = ["a", "é", "日", "😀", "\ud800", "\udfff", "\ud83dx"];
    const counts = [0, 1, 24, 25, 42, 127, 128, 1023, 1024, 1025, 5461, 16383, 16384, 100_000];
    for (const text of characters.flatMap((character) => counts.map((count) => character.repeat(count)))) {
      const init = { name: text, dependency: [text, "", text], messageType: [{ name: text, field: [{ name: text }] }] };
      const room = File.maxBytes(init);
      const bytes = new Uint8Array(room + 16).fill(0xee);
      const end = File.encodeInto(init, bytes, 0);
      assert.ok(end <= room, `${end} bytes in room for ${room}`);
      assert.ok(bytes.subarray(room).every((byte) => byte === 0xee));
      assert.deepEqual(
        bytes.slice(0, end),
        toBinary(FileDescriptorProtoSchema, create(FileDescriptorProtoSchema, init)),
      );
    }
  });

  test("the same for more than 16 MiB", () => {
    const value = new Uint8Array(17 * 1024 * 1024).fill(7);
    assert.equal(
      Buffer.compare(Bytes.encode({ value }), toBinary(BytesValueSchema, create(BytesValueSchema, { value }))),
      0,
    );
  });

  test("to refuse a message that is another one when it is written", () => {
    for (const [first, then] of [
      ["a", "b".repeat(3000)],
      ["a".repeat(30), "日".repeat(3000)],
    ] as const) {
      let asked = 0;
      const message = {
        get name() {
          return asked++ === 0 ? first : then;
        },
      };
      assert.throws(() => Descriptor.encode(message), /changed while it was encoded/);
    }
  });

  test("to read 100 messages within a message, as others do, and no more", () => {
    const nested = (depth: number): MessageInitShape<typeof DescriptorProtoSchema> =>
      depth === 0 ? {} : { nestedType: [nested(depth - 1)] };
    for (const outlet of OUTLETS) {
      const codec = outlet.codec(DescriptorProtoSchema) as MessageCodec<typeof DescriptorProtoSchema>;
      codec.decode(codec.encode(nested(100)));
      assert.throws(() => codec.decode(codec.encode(nested(101))), /nested deeper than 100/);
      // Groups of which nobody knows stand in messages, too.
      const groups = (depth: number): Uint8Array => new Uint8Array(2 * depth).fill(0x3b, 0, depth).fill(0x3c, depth);
      codec.decode(groups(100));
      assert.throws(() => codec.decode(groups(101)), /nested deeper than 100/);
    }
  });

  test("to make code once for a type that is frozen, however deep it stands in itself", (t) => {
    const file = create(FileDescriptorProtoSchema, { name: "a.proto", syntax: "proto3" });
    const label = FieldDescriptorProto_Label.REPEATED;
    const field = { type: FieldDescriptorProto_Type.MESSAGE, typeName: ".Tree", label };
    const fields = [1, 2].map((number) => ({ ...field, name: `f${number}`, number }));
    file.messageType.push(create(DescriptorProtoSchema, { name: "Tree", field: fields }));
    const schema = createFileRegistry(create(FileDescriptorSetSchema, { file: [file] })).getMessage("Tree");
    assert.ok(schema !== undefined);
    const evaluated = t.mock.method(globalThis, "Function");
    const codec = createCodec(Object.freeze(schema));
    const tree = (depth: number): Record<string, unknown> =>
      depth === 0 ? {} : { f1: [tree(depth - 1)], f2: [tree(depth - 1)] };
    codec.decode(codec.encode(tree(6)));
    assert.equal(codec.kind, "compiled");
    // Once to see whether it may be done, and once each for what encodes, what decodes and what makes a message.
    assert.equal(evaluated.mock.callCount(), 4);
  });
});

describe("which way a codec works", () => {
  test("can be chosen, and asked", () => {
    assert.equal(createCodec(AnySchema).kind, "compiled");
    const interpreted = createCodec(AnySchema, { codecs: "interpreted" });
    assert.equal(interpreted.kind, "interpreted");
    const any = { typeUrl: "a", value: Uint8Array.of(1) };
    assert.deepEqual(interpreted.encode(any), createCodec(AnySchema).encode(any));
    assert.deepEqual(
      interpreted.decode(interpreted.encode(any)),
      createCodec(AnySchema).decode(interpreted.encode(any)),
    );
  });
});
