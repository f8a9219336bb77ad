import { createServer, shutdownOnSignals } from "gannet";
import { createRemoteJWKSet } from "jose";
import { SUBJECT, verifyTokens } from "../auth-jwt/verify-tokens.js";
import { createLedger } from "../ledger/ledger.js";
import { Ledger } from "../ledger/ledger_pb.js";

const address = process.env["AUTH_ADDRESS"] ?? "127.0.0.1:50443";
const issuer = process.env["ISSUER"] ?? "http://127.0.0.1:50080";

// Fetched when a token comes, and again for one that a new key has signed.
const keys = createRemoteJWKSet(new URL("/jwks", issuer));
const server = createServer({ interceptors: [verifyTokens(keys, { issuer, audience: "ledger" })] });
server.add(
  Ledger,
  createLedger(({ metadata }) => metadata.get(SUBJECT) ?? ""),
);

// In plaintext for the example's sake: auth-jwt shows the same with TLS.
const { port } = await server.listen(address);
console.log(`listening on port ${port}`);
shutdownOnSignals(server);
