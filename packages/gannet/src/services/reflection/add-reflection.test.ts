import assert from "node:assert/strict";
import { test } from "node:test";
import { fromBinary, type MessageInitShape } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { createClient } from "../../client/index.ts";
import { RouteGuide } from "../../client/testdata/route_guide_pb.ts";
import { GrpcError } from "../../core/index.ts";
import { createServer, type Server } from "../../server/index.ts";
import { createInMemoryChannel } from "../../testing/index.ts";
import type {
  ServerReflectionRequestSchema,
  ServerReflectionResponse,
} from "../proto/grpc/reflection/v1/reflection_pb.ts";
import { ServerReflection as ServerReflectionV1alpha } from "../proto/grpc/reflection/v1alpha/reflection_pb.ts";
import { addReflection, type ReflectionOptions, ServerReflection } from "./index.ts";
import { file_museum_loan } from "./testdata/museum/loan_pb.ts";
import { Museum } from "./testdata/museum/service_pb.ts";

type Asked = NonNullable<MessageInitShape<typeof ServerReflectionRequestSchema>["messageRequest"]>;
type Answer = ServerReflectionResponse["messageResponse"];

const BASE = "museum/base.proto";
const PAINTING = "museum/painting.proto";
const SERVICE = "museum/service.proto";
const TIMESTAMP = "google/protobuf/timestamp.proto";
const NOT_FOUND = 5;

/** Asks a server with a museum, all in one call. */
async function ask(requests: readonly Asked[], options?: ReflectionOptions): Promise<Answer[]> {
  const server = createServer({ maxConcurrentCalls: 1, maxQueuedCalls: 0 }).addPartial(Museum, {});
  addReflection(server, options);
  try {
    return await askServer(server, requests);
  } finally {
    await server.shutdown();
  }
}

async function askServer(server: Server, requests: readonly Asked[]): Promise<Answer[]> {
  const channel = createInMemoryChannel(server);
  const answers: Answer[] = [];
  const sent = requests.map((messageRequest) => ({ host: "here", messageRequest }));
  for await (const reply of createClient(ServerReflection, channel).serverReflectionInfo(sent)) {
    assert.equal(reply.validHost, "here");
    assert.equal(reply.originalRequest?.messageRequest.case, requests[answers.length]?.case);
    answers.push(reply.messageResponse);
  }
  await channel.close();
  return answers;
}

/** An answer in short: the names of the files, the numbers, the services, or the error. */
function tell(answer: Answer | undefined): unknown {
  switch (answer?.case) {
    case "fileDescriptorResponse":
      return answer.value.fileDescriptorProto.map((bytes) => fromBinary(FileDescriptorProtoSchema, bytes).name);
    case "allExtensionNumbersResponse":
      return { of: answer.value.baseTypeName, numbers: answer.value.extensionNumber };
    case "listServicesResponse":
      return answer.value.service.map(({ name }) => name);
    case "errorResponse":
      return [answer.value.errorCode, answer.value.errorMessage];
    default:
      return undefined;
  }
}

async function tellOne(messageRequest: Asked, options?: ReflectionOptions): Promise<unknown> {
  const [answer] = await ask([messageRequest], options);
  return tell(answer);
}

test("services are listed by name, reflection among them", async () => {
  assert.deepEqual(await tellOne({ case: "listServices", value: "" }), [
    "grpc.reflection.v1.ServerReflection",
    "grpc.reflection.v1alpha.ServerReflection",
    "museum.Museum",
  ]);
});

test("services that are added later are there too", async () => {
  const server = createServer().addPartial(Museum, {});
  addReflection(server);
  const place: Asked = { case: "fileContainingSymbol", value: "routeguide.RouteGuide" };
  assert.deepEqual(tell((await askServer(server, [place]))[0]), [
    NOT_FOUND,
    'there is no symbol "routeguide.RouteGuide"',
  ]);
  server.addPartial(RouteGuide, {});
  const [list, found] = await askServer(server, [
    { case: "listServices", value: "" },
    { case: "fileContainingSymbol", value: RouteGuide.typeName },
  ]);
  assert.ok((tell(list) as string[]).includes(RouteGuide.typeName));
  assert.deepEqual(tell(found), [RouteGuide.file.proto.name]);
  await server.shutdown();
});

test("a file comes with all that it imports, importers first", async () => {
  const all = [SERVICE, PAINTING, BASE, TIMESTAMP];
  assert.deepEqual(await tellOne({ case: "fileByFilename", value: SERVICE }), all);
  assert.deepEqual(await tellOne({ case: "fileByFilename", value: TIMESTAMP }), [TIMESTAMP]);
});

test("the descriptors of files are those of the generated code", async () => {
  const [answer] = await ask([{ case: "fileByFilename", value: SERVICE }]);
  assert.ok(answer?.case === "fileDescriptorResponse");
  const [bytes = new Uint8Array(0)] = answer.value.fileDescriptorProto;
  assert.deepEqual(fromBinary(FileDescriptorProtoSchema, bytes), Museum.file.proto);
});

test("within a call an import is sent once, what is asked for each time", async () => {
  const answers = await ask([
    { case: "fileByFilename", value: BASE },
    { case: "fileByFilename", value: SERVICE },
    { case: "fileByFilename", value: BASE },
  ]);
  assert.deepEqual(answers.map(tell), [[BASE, TIMESTAMP], [SERVICE, PAINTING], [BASE]]);
});

for (const [symbol, file] of [
  ["museum.Museum", SERVICE],
  ["museum.Museum.Hang", SERVICE],
  ["museum.Frame", PAINTING],
  ["museum.Frame.wood", PAINTING],
  ["museum.Frame.kind", PAINTING],
  ["museum.painter", PAINTING],
  ["museum.Piece.Place", BASE],
  ["museum.Piece.State", BASE],
  ["museum.Piece.STATE_SHOWN", BASE],
  ["google.protobuf.Timestamp", TIMESTAMP],
] as const) {
  test(`${symbol} is found in ${file}`, async () => {
    const [first] = (await tellOne({ case: "fileContainingSymbol", value: symbol })) as string[];
    assert.equal(first, file);
  });
}

test("extensions are found by the message that they extend", async () => {
  const [file, numbers, none] = await ask([
    { case: "fileContainingExtension", value: { containingType: "museum.Piece", extensionNumber: 101 } },
    { case: "allExtensionNumbersOfType", value: "museum.Piece" },
    { case: "allExtensionNumbersOfType", value: "museum.Frame" },
  ]);
  assert.deepEqual(tell(file), [PAINTING, BASE, TIMESTAMP]);
  assert.deepEqual(tell(numbers), { of: "museum.Piece", numbers: [101, 120] });
  assert.deepEqual(tell(none), { of: "museum.Frame", numbers: [] });
});

test("what is not there is NOT_FOUND, and the call goes on", async () => {
  const answers = await ask([
    { case: "fileByFilename", value: "nowhere.proto" },
    { case: "fileContainingSymbol", value: "museum.Nothing" },
    { case: "fileContainingExtension", value: { containingType: "museum.Piece", extensionNumber: 102 } },
    { case: "allExtensionNumbersOfType", value: "museum.Nothing" },
    { case: "fileContainingSymbol", value: "museum.Loan" },
    { case: "listServices", value: "" },
  ]);
  assert.deepEqual(answers.slice(0, 5).map(tell), [
    [NOT_FOUND, 'there is no file "nowhere.proto"'],
    [NOT_FOUND, 'there is no symbol "museum.Nothing"'],
    [NOT_FOUND, 'there is no extension 102 of "museum.Piece"'],
    [NOT_FOUND, 'there is no type "museum.Nothing"'],
    [NOT_FOUND, 'there is no symbol "museum.Loan"'],
  ]);
  assert.equal(answers[5]?.case, "listServicesResponse");
});

test("further files are told of where they are given", async () => {
  const options = { files: [file_museum_loan] };
  const loan: Asked = { case: "fileContainingSymbol", value: "museum.Loan" };
  assert.deepEqual(await tellOne(loan, options), ["museum/loan.proto", BASE, TIMESTAMP]);
  const numbers = await tellOne({ case: "allExtensionNumbersOfType", value: "museum.Piece" }, options);
  assert.deepEqual(numbers, { of: "museum.Piece", numbers: [101, 120, 150] });
});

test("a request for nothing is INVALID_ARGUMENT", async () => {
  await assert.rejects(ask([{ case: undefined }]), { code: "INVALID_ARGUMENT" });
});

test("v1alpha answers as v1 does", async () => {
  const server = createServer().addPartial(Museum, {});
  addReflection(server);
  const channel = createInMemoryChannel(server);
  const replies = createClient(ServerReflectionV1alpha, channel).serverReflectionInfo([
    {
      messageRequest: {
        case: "fileContainingExtension",
        value: { containingType: "museum.Piece", extensionNumber: 120 },
      },
    },
  ]);
  for await (const { messageResponse, originalRequest } of replies) {
    assert.ok(messageResponse.case === "fileDescriptorResponse");
    assert.equal(messageResponse.value.fileDescriptorProto.length, 3);
    assert.ok(originalRequest?.messageRequest.case === "fileContainingExtension");
    assert.equal(originalRequest.messageRequest.value.extensionNumber, 120);
  }
  await channel.close();
  await server.shutdown();
});

test("a client that keeps its call open does not hold up a shutdown", async () => {
  const server = createServer();
  addReflection(server);
  const channel = createInMemoryChannel(server);
  const call = createClient(ServerReflection, channel).serverReflectionInfo();
  await call.send({ messageRequest: { case: "listServices", value: "" } });
  await call.next();
  const down = server.shutdown();
  await assert.rejects(call.next(), { code: "UNAVAILABLE", reason: "the server shuts down" });
  await down;
  await channel.close();
});

test("interceptors may keep both versions from others", async () => {
  const server = createServer();
  addReflection(server, {
    interceptors: [
      () => {
        throw new GrpcError("PERMISSION_DENIED", "not you");
      },
    ],
  });
  const channel = createInMemoryChannel(server);
  for (const service of [ServerReflection, ServerReflectionV1alpha]) {
    const call = createClient(service as typeof ServerReflection, channel).serverReflectionInfo([]);
    await assert.rejects(call.next(), { code: "PERMISSION_DENIED" });
  }
  await Promise.all([channel.close(), server.shutdown()]);
});

test("an option that there is not is an error", () => {
  const options: object = { file: [] };
  assert.throws(() => addReflection(createServer(), options), { message: /did you mean files\?/ });
});
