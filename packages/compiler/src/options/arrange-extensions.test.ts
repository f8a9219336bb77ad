import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { toBinary } from "@bufbuild/protobuf";
import { FeatureSetSchema } from "@bufbuild/protobuf/wkt";
import { descriptorOf, findings } from "../testing/index.ts";

const IMPORTS =
  'import "google/protobuf/cpp_features.proto"; import "google/protobuf/java_features.proto"; import "own.proto";';
const OWN = `edition = "2023"; package own; import "google/protobuf/descriptor.proto";
message F { bool a = 1; bool b = 2; } extend google.protobuf.FeatureSet { F f = 9990; }`;

/** The features of a file with these options as they go on the wire, in hexadecimal. */
async function featuresOf(...options: readonly string[]): Promise<string> {
  const text = `edition = "2023"; ${IMPORTS} ${options.map((option) => `option features.${option};`).join(" ")}`;
  const { options: found } = await descriptorOf({ "a.proto": text, "own.proto": OWN });
  return found?.features === undefined ? "" : Buffer.from(toBinary(FeatureSetSchema, found.features)).toString("hex");
}

const CPP_CLOSED = "0801";
const CPP_VIEW = "1001";
const CPP = "c23e";
const JAVA_CLOSED = "ca3e020801";

describe("features that protoc has code for", () => {
  test("are one field, however many options set them", async () => {
    const expected = `${CPP}04${CPP_CLOSED}${CPP_VIEW}`;
    assert.equal(await featuresOf("(pb.cpp).string_type = VIEW", "(pb.cpp).legacy_closed_enum = true"), expected);
    assert.equal(await featuresOf("(pb.cpp) = { string_type: VIEW }", "(pb.cpp).legacy_closed_enum = true"), expected);
  });

  test("come in the order of their numbers, before those that it has none for", async () => {
    const own = "b2f004020801";
    const expected = `${CPP}02${CPP_VIEW}${JAVA_CLOSED}${own}`;
    const options = ["(own.f).a = true", "(pb.java).legacy_closed_enum = true", "(pb.cpp).string_type = VIEW"];
    assert.equal(await featuresOf(...options), expected);
    assert.equal(await featuresOf("(own.f).b = true", "(own.f).a = true"), "b2f004021001b2f004020801");
  });
});

test("a feature cannot be set by the file that defines it", async () => {
  assert.deepEqual(await findings(`${OWN}\noption features.(f).a = true;`), ["3 feature-place (f)"]);
});
