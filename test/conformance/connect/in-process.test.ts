/** A part of the suite that needs only Node: our client against our server, a table of calls over each kind. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { create, type DescMessage, type Message, type MessageInitShape } from "@bufbuild/protobuf";
import { type Any, anyPack } from "@bufbuild/protobuf/wkt";
import { generate } from "selfsigned";
import { availableCompressions } from "./compressions.ts";
import {
  type ClientCompatRequest_CancelSchema,
  ClientCompatRequestSchema,
  type ClientResponseResult,
} from "./connectrpc/conformance/v1/client_compat_pb.ts";
import {
  Code,
  Codec,
  CodecSchema,
  Compression,
  CompressionSchema,
  StreamType,
} from "./connectrpc/conformance/v1/config_pb.ts";
import { ServerCompatRequestSchema } from "./connectrpc/conformance/v1/server_compat_pb.ts";
import {
  BidiStreamRequestSchema,
  ClientStreamRequestSchema,
  type Header,
  ServerStreamRequestSchema,
  UnaryRequestSchema,
  type UnaryResponseDefinitionSchema,
  UnimplementedRequestSchema,
} from "./connectrpc/conformance/v1/service_pb.ts";
import { type StartedServer, startServer } from "./start-server.ts";
import { SuiteClient } from "./suite-client.ts";

/** Longer than any test: what is to come after it never comes. */
const NEVER_MS = 600_000;
const RECEIVE_LIMIT = 200_000;

const FIRST = Uint8Array.of(1, 2, 3);
const SECOND = Uint8Array.of(0, 255);
const FAILURE = { code: Code.OUT_OF_RANGE, message: "büh\n" };

/** How the server is to answer. */
interface Answer {
  readonly responseHeaders?: { name: string; value: string[] }[];
  readonly responseData?: Uint8Array[];
  readonly responseDelayMs?: number;
  readonly error?: { code: Code; message: string };
  readonly responseTrailers?: { name: string; value: string[] }[];
}

/** What the client is told beside the server it calls. */
interface Instructions {
  readonly method?: string;
  readonly streamType?: StreamType;
  readonly requestMessages?: Any[];
  readonly requestHeaders?: { name: string; value: string[] }[];
  readonly messageReceiveLimit?: number;
  readonly timeoutMs?: number;
  readonly cancel?: Init<typeof ClientCompatRequest_CancelSchema>;
}

/** A message to be made, rather than one that was. */
type Init<D extends DescMessage> = Exclude<MessageInitShape<D>, Message>;

/** A kind of call: how it is told what to answer, which for calls with one reply is the first reply or the error. */
interface Kind {
  readonly name: string;
  readonly method: string;
  readonly streamType: StreamType;
  readonly hasManyReplies: boolean;
  requests(answer: Answer | undefined): Any[];
}

function singleReply(answer: Answer | undefined): {
  responseDefinition?: Init<typeof UnaryResponseDefinitionSchema>;
} {
  if (answer === undefined) return {};
  const { responseData: [data] = [], error, ...rest } = answer;
  if (error !== undefined) return { responseDefinition: { ...rest, response: { case: "error", value: error } } };
  if (data === undefined) return { responseDefinition: rest };
  return { responseDefinition: { ...rest, response: { case: "responseData", value: data } } };
}

function manyReplies(answer: Answer | undefined) {
  return answer === undefined ? {} : { responseDefinition: answer };
}

const KINDS: readonly Kind[] = [
  {
    name: "a unary call",
    method: "Unary",
    streamType: StreamType.UNARY,
    hasManyReplies: false,
    requests: (answer) => [anyPack(UnaryRequestSchema, create(UnaryRequestSchema, singleReply(answer)))],
  },
  {
    name: "a client stream",
    method: "ClientStream",
    streamType: StreamType.CLIENT_STREAM,
    hasManyReplies: false,
    requests: (answer) =>
      [singleReply(answer), { requestData: SECOND }].map((init) =>
        anyPack(ClientStreamRequestSchema, create(ClientStreamRequestSchema, init)),
      ),
  },
  {
    name: "a server stream",
    method: "ServerStream",
    streamType: StreamType.SERVER_STREAM,
    hasManyReplies: true,
    requests: (answer) => [anyPack(ServerStreamRequestSchema, create(ServerStreamRequestSchema, manyReplies(answer)))],
  },
  ...[false, true].map(
    (fullDuplex): Kind => ({
      name: fullDuplex ? "a full-duplex stream" : "a half-duplex stream",
      method: "BidiStream",
      streamType: fullDuplex ? StreamType.FULL_DUPLEX_BIDI_STREAM : StreamType.HALF_DUPLEX_BIDI_STREAM,
      hasManyReplies: true,
      requests: (answer) =>
        [{ ...manyReplies(answer), fullDuplex }, { requestData: SECOND }].map((init) =>
          anyPack(BidiStreamRequestSchema, create(BidiStreamRequestSchema, init)),
        ),
    }),
  ),
];

const METADATA = {
  responseHeaders: [{ name: "x-header", value: ["a", "b"] }],
  responseTrailers: [{ name: "x-trailer-bin", value: ["AP8"] }],
};

async function selfSigned(name: string) {
  const { cert, private: key } = await generate([{ name: "commonName", value: name }], {
    algorithm: "sha256",
    extensions: [
      { name: "basicConstraints", cA: true },
      { name: "subjectAltName", altNames: [{ type: 7, ip: "127.0.0.1" }] },
    ],
  });
  return { cert: Buffer.from(cert), key: Buffer.from(key) };
}

/** How client and server talk. */
interface Setup {
  readonly name: string;
  readonly useTls: boolean;
  readonly codec: Codec;
  readonly compression: Compression;
}

const SETUPS: readonly Setup[] = [
  {
    name: "over TLS, with a client certificate",
    useTls: true,
    codec: Codec.PROTO,
    compression: Compression.IDENTITY,
  },
  ...[Codec.PROTO, Codec.JSON].flatMap((codec) =>
    [Compression.IDENTITY, ...availableCompressions()].map((compression) => ({
      name: `over plaintext, with ${CodecSchema.value[codec]?.name} and ${CompressionSchema.value[compression]?.name}`,
      useTls: false,
      codec,
      compression,
    })),
  ),
];

for (const { name, useTls, codec, compression } of SETUPS) {
  describe(name, () => {
    let server: StartedServer;
    let client: SuiteClient;
    let clientCreds: { cert: Uint8Array; key: Uint8Array } | undefined;

    before(async () => {
      const serverCreds = useTls ? await selfSigned("localhost") : undefined;
      clientCreds = useTls ? await selfSigned("client") : undefined;
      server = await startServer(
        create(ServerCompatRequestSchema, {
          useTls,
          messageReceiveLimit: RECEIVE_LIMIT,
          ...(serverCreds === undefined ? {} : { serverCreds }),
          ...(clientCreds === undefined ? {} : { clientTlsCert: clientCreds.cert }),
        }),
      );
      client = new SuiteClient();
    });
    after(async () => {
      await client.close();
      await server.stop();
    });

    async function perform(init: Instructions): Promise<ClientResponseResult> {
      const { host, port, pemCert } = server.response;
      const request = create(ClientCompatRequestSchema, {
        ...init,
        testName: "one",
        host,
        port,
        serverTlsCert: pemCert,
        codec,
        compression,
        ...(clientCreds === undefined ? {} : { clientTlsCreds: clientCreds }),
      });
      const { testName, result } = await client.perform(request);
      assert.equal(testName, "one");
      if (result.case !== "response") assert.fail(String(result.value?.message));
      return result.value;
    }

    for (const kind of KINDS) {
      const call = (answer: Answer | undefined, init: Instructions = {}) =>
        perform({
          method: kind.method,
          streamType: kind.streamType,
          requestMessages: kind.requests(answer),
          requestHeaders: [{ name: "X-Text", value: ["one", "two"] }],
          ...init,
        });

      test(`${kind.name} brings back what was sent, and the header and trailer asked for`, async () => {
        const responseData = kind.hasManyReplies ? [FIRST, SECOND] : [FIRST];
        const { payloads, error, responseHeaders, responseTrailers } = await call({ ...METADATA, responseData });
        assert.equal(error, undefined);
        assert.deepEqual(
          payloads.map(({ data }) => data),
          responseData,
        );
        assert.deepEqual(valuesOf(responseHeaders, "x-header"), ["a", "b"]);
        assert.deepEqual(valuesOf(responseTrailers, "x-trailer-bin"), ["AP8"]);
        assert.deepEqual(valuesOf(payloads[0]?.requestInfo?.requestHeaders, "x-text"), ["one", "two"]);
        assert.deepEqual(
          payloads.flatMap(({ requestInfo }) => requestInfo?.requests ?? []),
          kind.requests({ ...METADATA, responseData }),
        );
      });

      test(`${kind.name} that is told nothing is answered all the same`, async () => {
        const { payloads, error } = await call(undefined);
        assert.deepEqual([payloads.length, error], [kind.hasManyReplies ? 0 : 1, undefined]);
      });

      test(`${kind.name} that fails has its error, with details, header and trailer`, async () => {
        const { payloads, error, responseHeaders, responseTrailers } = await call({ ...METADATA, error: FAILURE });
        assert.deepEqual([payloads, error?.code, error?.message], [[], FAILURE.code, FAILURE.message]);
        assert.deepEqual(
          error?.details.map(({ typeUrl }) => typeUrl),
          ["type.googleapis.com/connectrpc.conformance.v1.ConformancePayload.RequestInfo"],
        );
        assert.deepEqual(valuesOf(responseHeaders, "x-header"), ["a", "b"]);
        assert.deepEqual(valuesOf(responseTrailers, "x-trailer-bin"), ["AP8"]);
      });

      test(`${kind.name} whose time is over fails with DEADLINE_EXCEEDED`, async () => {
        const { error } = await call({ responseData: [FIRST], responseDelayMs: NEVER_MS }, { timeoutMs: 20 });
        assert.equal(error?.code, Code.DEADLINE_EXCEEDED);
      });

      test(`${kind.name} that is cancelled fails with CANCELLED`, async () => {
        const definition = { responseData: [FIRST, SECOND, FIRST], responseDelayMs: NEVER_MS };
        // A full-duplex call waits for replies before it has sent all.
        const isFullDuplex = kind.streamType === StreamType.FULL_DUPLEX_BIDI_STREAM;
        const { error } = await call(isFullDuplex ? { ...definition, responseDelayMs: 0 } : definition, {
          cancel: {
            cancelTiming: isFullDuplex
              ? { case: "beforeCloseSend", value: {} }
              : { case: "afterCloseSendMs", value: 1 },
          },
        });
        assert.equal(error?.code, Code.CANCELED);
      });

      test(`${kind.name} with a request over the server's limit fails with RESOURCE_EXHAUSTED`, async () => {
        const { error } = await call({ responseData: [new Uint8Array(RECEIVE_LIMIT)] });
        assert.equal(error?.code, Code.RESOURCE_EXHAUSTED);
      });

      test(`${kind.name} with a reply over the client's limit fails with RESOURCE_EXHAUSTED`, async () => {
        const { error } = await call({ responseData: [new Uint8Array(1_000)] }, { messageReceiveLimit: 1_000 });
        assert.equal(error?.code, Code.RESOURCE_EXHAUSTED);
      });

      if (!kind.hasManyReplies) continue;

      test(`${kind.name} may fail behind its replies`, async () => {
        const { payloads, error } = await call({ responseData: [FIRST, SECOND], error: FAILURE });
        assert.deepEqual(
          payloads.map(({ data }) => data),
          [FIRST, SECOND],
        );
        assert.deepEqual([error?.code, error?.message, error?.details], [FAILURE.code, FAILURE.message, []]);
      });

      test(`${kind.name} that is cancelled behind a reply keeps that reply`, async () => {
        // So many that the call cannot be over before most of them were taken.
        const { payloads, error } = await call(
          { responseData: Array.from({ length: 64 }, () => FIRST) },
          { cancel: { cancelTiming: { case: "afterNumResponses", value: 1 } } },
        );
        assert.deepEqual(
          payloads.map(({ data }) => data),
          [FIRST],
        );
        assert.equal(error?.code, Code.CANCELED);
      });
    }

    test("a method that the server does not have is UNIMPLEMENTED", async () => {
      const message = anyPack(UnimplementedRequestSchema, create(UnimplementedRequestSchema));
      const { error } = await perform({ method: "Unimplemented", requestMessages: [message] });
      assert.equal(error?.code, Code.UNIMPLEMENTED);
    });
  });
}

function valuesOf(headers: readonly Header[] | undefined, name: string): string[] | undefined {
  return headers?.find((header) => header.name === name)?.value;
}
