import assert from "node:assert/strict";
import { test } from "node:test";
import { create, type DescMessage } from "@bufbuild/protobuf";
import { createClient } from "../../client/index.ts";
import { RouteGuide } from "../../client/testdata/route_guide_pb.ts";
import { detail, GrpcError } from "../../core/index.ts";
import * as errors from "../../errors.ts";
import { createServer } from "../../server/index.ts";
import { createInMemoryChannel } from "../../testing/index.ts";

const { BadRequestSchema, ErrorInfoSchema, fromStatus, StatusSchema, toStatus } = errors;

/** The standard details, in the order of google/rpc/error_details.proto. */
const DETAILS: readonly DescMessage[] = [
  errors.ErrorInfoSchema,
  errors.RetryInfoSchema,
  errors.DebugInfoSchema,
  errors.QuotaFailureSchema,
  errors.PreconditionFailureSchema,
  errors.BadRequestSchema,
  errors.RequestInfoSchema,
  errors.ResourceInfoSchema,
  errors.HelpSchema,
  errors.LocalizedMessageSchema,
];

test("the ten standard details go with an error over the wire", async () => {
  const details = DETAILS.map((schema) => detail(schema, {}));
  const server = createServer().addPartial(RouteGuide, {
    getFeature() {
      throw new GrpcError("INVALID_ARGUMENT", "no", {
        details: [
          ...details,
          detail(BadRequestSchema, { fieldViolations: [{ field: "late", description: "comes second" }] }),
        ],
      });
    },
  });
  const channel = createInMemoryChannel(server);
  const failure = createClient(RouteGuide, channel).getFeature({});
  const error = await failure.then(
    () => assert.fail("it succeeded"),
    (thrown: unknown) => thrown,
  );
  assert.ok(GrpcError.is(error, "INVALID_ARGUMENT"));
  for (const schema of DETAILS) assert.equal(error.detail(schema)?.$typeName, schema.typeName);
  assert.deepEqual(
    DETAILS.map(({ name }) => name),
    // biome-ignore format: as they follow each other
    ["ErrorInfo", "RetryInfo", "DebugInfo", "QuotaFailure", "PreconditionFailure", "BadRequest", "RequestInfo",
      "ResourceInfo", "Help", "LocalizedMessage"],
  );
  assert.equal(error.details.length, 11);
  await channel.close();
  await server.shutdown();
});

test("an error becomes a google.rpc.Status and comes back", () => {
  const info = detail(ErrorInfoSchema, { reason: "STOCKOUT", domain: "shop.example", metadata: { zone: "a" } });
  const status = toStatus(new GrpcError("RESOURCE_EXHAUSTED", "sold out", { details: [info] }));
  assert.deepEqual([status.code, status.message], [8, "sold out"]);
  assert.equal(status.details[0]?.typeUrl, "type.googleapis.com/google.rpc.ErrorInfo");
  const error = fromStatus(status);
  assert.deepEqual([error?.code, error?.reason], ["RESOURCE_EXHAUSTED", "sold out"]);
  assert.equal(error?.detail(ErrorInfoSchema)?.metadata["zone"], "a");
});

test("a google.rpc.Status of OK is no error, and one of a code that there is not is UNKNOWN", () => {
  assert.equal(fromStatus(create(StatusSchema, {})), undefined);
  assert.equal(fromStatus(create(StatusSchema, { code: 99 }))?.code, "UNKNOWN");
});
