import { readFileSync } from "node:fs";
import { join } from "node:path";
import { certificateFiles, createServer, shutdownOnSignals } from "gannet";
import { createLocalJWKSet, type JSONWebKeySet } from "jose";
import { createLedger } from "../ledger/ledger.js";
import { Ledger } from "../ledger/ledger_pb.js";
import { SUBJECT, verifyTokens } from "./verify-tokens.js";

const folder = process.env["AUTH_FOLDER"] ?? "auth-jwt-files";
const address = process.env["AUTH_ADDRESS"] ?? "localhost:50443";

const trusted = JSON.parse(readFileSync(join(folder, "trusted.jwks"), "utf8")) as JSONWebKeySet;
const authenticate = verifyTokens(createLocalJWKSet(trusted), {
  issuer: "reporting",
  audience: `https://ledger.example/${Ledger.typeName}`,
});
const server = createServer({ interceptors: [authenticate] });
server.add(
  Ledger,
  createLedger(({ metadata }) => metadata.get(SUBJECT) ?? ""),
);

const identity = certificateFiles({ cert: join(folder, "server.crt"), key: join(folder, "server.key") });
const { port } = await server.listen(address, { tls: { identity } });
console.log(`listening on port ${port}`);
shutdownOnSignals(server);
