/** Certificates on both sides, and credentials of calls, between gannet and grpc-js, either way round. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import * as grpc from "@grpc/grpc-js";
import { callCredentials, createChannel, createClient, createServer, type Peer, type TlsOptions, tls } from "gannet";
import { addHealth, Health } from "gannet/health";
import { createCertificate } from "gannet/testing";

const ca = createCertificate(["the CA"]);
const serverIdentity = createCertificate(["localhost", "127.0.0.1"], { signedBy: ca });
const clientIdentity = createCertificate(["spiffe://example.org/orders"], { signedBy: ca, commonName: "orders" });
const stranger = createCertificate(["spiffe://example.org/orders"], { commonName: "orders" });

const identity = (bytes: Buffer) => bytes;
const CHECK = {
  path: "/grpc.health.v1.Health/Check",
  requestStream: false,
  responseStream: false,
  requestSerialize: identity,
  requestDeserialize: identity,
  responseSerialize: identity,
  responseDeserialize: identity,
} as const;
/** A HealthCheckResponse with the status SERVING. */
const SERVING = Buffer.from([8, 1]);

function checkWithGrpcJs(address: string, credentials: grpc.ChannelCredentials): Promise<Buffer> {
  const client = new grpc.Client(address, credentials, { "grpc.use_local_subchannel_pool": 1 });
  return new Promise<Buffer>((resolve, reject) => {
    client.makeUnaryRequest(CHECK.path, identity, identity, Buffer.alloc(0), (error, reply) => {
      if (error === null && reply !== undefined) resolve(reply);
      else reject(error ?? new Error("no reply"));
    });
  }).finally(() => client.close());
}

function grpcJsCredentials(own?: { readonly cert: string; readonly key: string }): grpc.ChannelCredentials {
  const pem = (text: string | undefined) => (text === undefined ? null : Buffer.from(text));
  return grpc.credentials.createSsl(Buffer.from(ca.cert), pem(own?.key), pem(own?.cert));
}

test("a client of grpc-js is known by its certificate, and refused without one that is right", async (t) => {
  const peers: Peer[] = [];
  const tokens: unknown[] = [];
  const server = createServer({
    interceptors: [
      async (call, next) => {
        peers.push(call.peer);
        tokens.push(call.metadata.get("authorization"));
        await next();
      },
    ],
  });
  addHealth(server);
  t.after(() => server.shutdown({ graceMs: 0 }));
  const { address } = await server.listen("127.0.0.1:0", {
    tls: { ...serverIdentity, ca: ca.cert, clientCertificates: "require" },
  });
  const token = grpc.credentials.createFromMetadataGenerator((_, done) => {
    const metadata = new grpc.Metadata();
    metadata.set("authorization", "Bearer token");
    done(null, metadata);
  });
  const secured = grpc.credentials.combineChannelCredentials(grpcJsCredentials(clientIdentity), token);
  assert.deepEqual(await checkWithGrpcJs(address, secured), SERVING);
  assert.deepEqual(tokens, ["Bearer token"]);
  assert.equal(peers[0]?.identity?.commonName, "orders");
  assert.deepEqual(peers[0]?.identity?.uris, ["spiffe://example.org/orders"]);
  await assert.rejects(checkWithGrpcJs(address, grpcJsCredentials()), { code: grpc.status.UNAVAILABLE });
  await assert.rejects(checkWithGrpcJs(address, grpcJsCredentials(stranger)), { code: grpc.status.UNAVAILABLE });
  assert.equal(peers.length, 1);
});

async function startGrpcJs(t: TestContext) {
  const seen: { readonly commonName: unknown; readonly token: unknown }[] = [];
  const server = new grpc.Server();
  server.addService(
    { check: CHECK },
    {
      check(call: grpc.ServerUnaryCall<Buffer, Buffer>, done: grpc.sendUnaryData<Buffer>) {
        const certificate = call.getAuthContext().sslPeerCertificate;
        seen.push({ commonName: certificate?.subject.CN, token: call.metadata.get("authorization")[0] });
        done(null, SERVING);
      },
    },
  );
  const pair = { private_key: Buffer.from(serverIdentity.key), cert_chain: Buffer.from(serverIdentity.cert) };
  const credentials = grpc.ServerCredentials.createSsl(Buffer.from(ca.cert), [pair], true);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", credentials, (error, bound) => (error === null ? resolve(bound) : reject(error)));
  });
  t.after(() => server.forceShutdown());
  return { address: `127.0.0.1:${port}`, seen };
}

test("a client of gannet is known to a server of grpc-js, and told why it is not", async (t) => {
  const { address, seen } = await startGrpcJs(t);
  const check = async (options: TlsOptions) => {
    const channel = createChannel(address, {
      credentials: tls({ ca: ca.cert, ...options }),
      callCredentials: callCredentials(async () => ({ authorization: "Bearer token" })),
    });
    t.after(() => channel.close());
    return createClient(Health, channel).check({});
  };
  await check(clientIdentity);
  assert.deepEqual(seen, [{ commonName: "orders", token: "Bearer token" }]);
  await assert.rejects(check({}), { code: "UNAVAILABLE", reason: /asks for a client certificate/ });
  await assert.rejects(check(stranger), { code: "UNAVAILABLE" });
  assert.equal(seen.length, 1);
});
