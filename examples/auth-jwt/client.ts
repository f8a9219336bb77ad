import { readFileSync } from "node:fs";
import { join } from "node:path";
import { callCredentials, createChannel, createClient, GrpcError, tls } from "gannet";
import { importJWK, type JWK, SignJWT } from "jose";
import { Ledger } from "../ledger/ledger_pb.js";

const folder = process.env["AUTH_FOLDER"] ?? "auth-jwt-files";
const port = process.env["AUTH_PORT"] ?? "50443";

const jwk = JSON.parse(readFileSync(join(folder, "reporting.jwk"), "utf8")) as JWK;
const key = await importJWK(jwk, "ES256");

/** A token of its own for each call: signing takes less than a millisecond, and it is good for just this service. */
const selfSigned = callCredentials(async ({ serviceUrl }) => {
  const token = await new SignJWT()
    .setProtectedHeader({ alg: "ES256", kid: jwk.kid ?? "" })
    .setIssuer("reporting")
    .setSubject("reporting")
    .setAudience(serviceUrl)
    .setExpirationTime("1 minute")
    .sign(key);
  return { authorization: `Bearer ${token}` };
});

const channel = createChannel(`https://localhost:${port}`, {
  credentials: tls({ ca: readFileSync(join(folder, "ca.crt")) }),
  // What servers are known by, wherever they run: it is the audience of tokens.
  authority: "ledger.example",
});
const ledger = createClient(Ledger, channel);

const { caller, cents } = await ledger.deposit({ account: "a", cents: 150n }, { callCredentials: selfSigned });
console.log(`${caller} has ${cents} cents`);

for (const authorization of [undefined, "Bearer not.a.token"]) {
  const metadata = authorization === undefined ? {} : { authorization };
  await ledger.getBalance({ account: "a" }, { metadata }).catch((error: unknown) => {
    console.log(GrpcError.is(error) ? `${error.code}: ${error.reason}` : error);
  });
}
await channel.close();
