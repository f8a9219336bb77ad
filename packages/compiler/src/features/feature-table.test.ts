import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import {
  FeatureSet_EnumType as EnumType,
  FeatureSetSchema,
  FeatureSet_FieldPresence as FieldPresence,
  FeatureSet_MessageEncoding as MessageEncoding,
  FeatureSet_RepeatedFieldEncoding as RepeatedFieldEncoding,
} from "@bufbuild/protobuf/wkt";
import { lower } from "../descriptor/index.ts";
import { DiagnosticList } from "../diagnostics/index.ts";
import { tokenize } from "../lexer/index.ts";
import { type FieldDefinition, LinkedFile, link, type MessageDefinition, Pool } from "../linker/index.ts";
import { parse } from "../parser/index.ts";
import { SourceFile } from "../source/index.ts";
import { FeatureTable } from "./feature-table.ts";

/** A file whose options are not interpreted: what features it has, tests put there. */
function linkText(text: string): LinkedFile {
  const diagnostics = new DiagnosticList();
  const tokens = tokenize(new SourceFile("a.proto", text), diagnostics);
  const lowered = lower(parse(tokens, diagnostics), tokens, diagnostics);
  const file = new LinkedFile({
    ordinal: 0,
    proto: lowered.proto,
    lowered,
    options: lowered.options,
    imports: [],
    optionImports: [],
    isRequested: true,
    diagnostics,
  });
  link(new Pool(), file);
  assert.deepEqual(
    diagnostics.all.filter(({ severity }) => severity === "error"),
    [],
  );
  return file;
}

function messageOf(file: LinkedFile, index = 0): MessageDefinition {
  const message = file.messages[index];
  assert.ok(message !== undefined);
  return message;
}

function fieldOf(file: LinkedFile, name: string): FieldDefinition {
  const field = messageOf(file).fieldsByName.get(name);
  assert.ok(field !== undefined);
  return field;
}

/** Gives an element options that set features. */
function setFeatures(
  owner: { readonly proto: object } | undefined,
  features: MessageInitShape<typeof FeatureSetSchema>,
): void {
  assert.ok(owner !== undefined);
  Object.assign(owner.proto, { options: { features: create(FeatureSetSchema, features) } });
}

const BODY = "message A { repeated int32 r = 1; A m = 2; oneof o { int32 i = 3; } } enum E { X = 0; }";
const EDITION = `edition = "2023"; ${BODY} message B { int32 s = 1; message C { int32 t = 1; } }`;

describe("features without a word about them", () => {
  test("are those of proto2", () => {
    const file = linkText(`syntax = "proto2"; ${BODY.replace(" A m", " optional A m")}`);
    const features = new FeatureTable().of(file);
    assert.equal(features.fieldPresence, FieldPresence.EXPLICIT);
    assert.equal(features.enumType, EnumType.CLOSED);
    assert.equal(features.repeatedFieldEncoding, RepeatedFieldEncoding.EXPANDED);
  });

  test("are those of proto3", () => {
    const features = new FeatureTable().of(linkText(`syntax = "proto3"; ${BODY}`));
    assert.equal(features.fieldPresence, FieldPresence.IMPLICIT);
    assert.equal(features.enumType, EnumType.OPEN);
    assert.equal(features.repeatedFieldEncoding, RepeatedFieldEncoding.PACKED);
  });

  test("are those of proto3 with presence in edition 2023", () => {
    const features = new FeatureTable().of(linkText(EDITION));
    assert.equal(features.fieldPresence, FieldPresence.EXPLICIT);
    assert.equal(features.enumType, EnumType.OPEN);
    assert.equal(features.repeatedFieldEncoding, RepeatedFieldEncoding.PACKED);
    assert.equal(features.messageEncoding, MessageEncoding.LENGTH_PREFIXED);
  });
});

describe("features that are set", () => {
  test("hold for what is in the element that sets them, as long as nothing nearer sets them", () => {
    const file = linkText(EDITION);
    const [nested] = messageOf(file, 1).messages;
    setFeatures(file, { fieldPresence: FieldPresence.IMPLICIT });
    setFeatures(messageOf(file, 1), { repeatedFieldEncoding: RepeatedFieldEncoding.EXPANDED });
    setFeatures(nested?.fields[0], { fieldPresence: FieldPresence.EXPLICIT });
    const features = new FeatureTable();
    assert.equal(features.of(messageOf(file)).repeatedFieldEncoding, RepeatedFieldEncoding.PACKED);
    assert.equal(features.of(messageOf(file, 1)).fieldPresence, FieldPresence.IMPLICIT);
    assert.ok(nested?.fields[0] !== undefined);
    assert.equal(features.of(nested).repeatedFieldEncoding, RepeatedFieldEncoding.EXPANDED);
    assert.equal(features.of(nested.fields[0]).repeatedFieldEncoding, RepeatedFieldEncoding.EXPANDED);
    assert.equal(features.of(nested.fields[0]).fieldPresence, FieldPresence.EXPLICIT);
  });

  test("on a oneof hold for the fields in it", () => {
    const file = linkText(EDITION);
    setFeatures(messageOf(file).oneofs[0], { fieldPresence: FieldPresence.LEGACY_REQUIRED });
    const features = new FeatureTable();
    assert.equal(features.of(fieldOf(file, "i")).fieldPresence, FieldPresence.LEGACY_REQUIRED);
    assert.equal(features.of(fieldOf(file, "m")).fieldPresence, FieldPresence.EXPLICIT);
  });
});

describe("what features decide", () => {
  test("is presence: of plain fields alone, as messages, oneofs and extensions have it, and repeated fields do not", () => {
    const file = linkText(
      `syntax = "proto3"; ${BODY.replace("enum", "message B { int32 s = 1; optional int32 p = 2; } enum")}`,
    );
    const features = new FeatureTable();
    const [s, p] = messageOf(file, 1).fields;
    assert.ok(s !== undefined && p !== undefined);
    assert.deepEqual(
      [s, p, fieldOf(file, "m"), fieldOf(file, "i"), fieldOf(file, "r")].map((field) => features.hasPresence(field)),
      [false, true, true, true, false],
    );
  });

  test("is packing, unless the option says otherwise, and of numbers only", () => {
    const text =
      'syntax = "proto3"; message A { repeated int32 a = 1; repeated string b = 2; repeated A c = 3; int32 d = 4; repeated bool e = 5; }';
    const file = linkText(text);
    const features = new FeatureTable();
    assert.deepEqual(
      ["a", "b", "c", "d", "e"].map((name) => features.isPacked(fieldOf(file, name))),
      [true, false, false, false, true],
    );
  });

  test("is what must be set", () => {
    const old = linkText('syntax = "proto2"; message A { required int32 a = 1; optional int32 b = 2; }');
    assert.deepEqual(
      new FeatureTable().requiredFields(messageOf(old)).map(({ name }) => name),
      ["a"],
    );
    const file = linkText(EDITION);
    setFeatures(fieldOf(file, "m"), { fieldPresence: FieldPresence.LEGACY_REQUIRED });
    assert.deepEqual(
      new FeatureTable().requiredFields(messageOf(file)).map(({ name }) => name),
      ["m"],
    );
  });

  test("is how messages are written: groups, and what a feature makes like them, between tags", () => {
    const old = linkText('syntax = "proto2"; message A { optional group G = 1 {} optional A a = 2; }');
    const features = new FeatureTable();
    assert.deepEqual(
      ["g", "a"].map((name) => features.isDelimited(fieldOf(old, name))),
      [true, false],
    );
    assert.deepEqual(
      ["g", "a"].map((name) => features.isGroupLike(fieldOf(old, name))),
      [true, false],
    );
    const file = linkText(`edition = "2023"; message A { G g = 1; A a = 2; map<string, A> m = 3; message G {} }`);
    setFeatures(file, { messageEncoding: MessageEncoding.DELIMITED });
    const delimited = new FeatureTable();
    assert.deepEqual(
      ["g", "a", "m"].map((name) => delimited.isDelimited(fieldOf(file, name))),
      [true, true, false],
    );
    assert.deepEqual(
      ["g", "a", "m"].map((name) => delimited.isGroupLike(fieldOf(file, name))),
      [true, false, false],
    );
  });
});
