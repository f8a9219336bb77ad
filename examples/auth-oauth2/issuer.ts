/** A token endpoint for client credentials (RFC 6749 §4.4), in place of your identity provider's. */
import { createHash, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { exportJWK, generateKeyPair, SignJWT } from "jose";

const [host = "127.0.0.1", port = "0"] = (process.env["ISSUER_ADDRESS"] ?? "127.0.0.1:50080").split(":");
const lifetime = Number(process.env["TOKEN_SECONDS"] ?? 300);
const secret = process.env["CLIENT_SECRET"] ?? "only for this example";

const { publicKey, privateKey } = await generateKeyPair("ES256");
const jwks = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), alg: "ES256" }] });
let issued = 0;

const server = createServer((request, response) => {
  answer(request).then(
    ([status, body]) => response.writeHead(status, { "content-type": "application/json" }).end(body),
    () => response.destroy(),
  );
});

async function answer(request: IncomingMessage): Promise<[status: number, body: string]> {
  if (request.url === "/jwks") return [200, jwks];
  if (request.url !== "/token" || request.method !== "POST") return [404, "{}"];
  const form = new URLSearchParams(await text(request));
  if (form.get("grant_type") !== "client_credentials") return [400, '{"error":"unsupported_grant_type"}'];
  const isKnown = form.get("client_id") === "reporting" && isEqual(form.get("client_secret") ?? "", secret);
  if (!isKnown) return [401, '{"error":"invalid_client"}'];
  const token = await new SignJWT({ scope: "ledger.read" })
    .setProtectedHeader({ alg: "ES256" })
    .setIssuer(`http://${host}:${portOf(server)}`)
    .setSubject("reporting")
    .setAudience("ledger")
    // A minute more than clients are told: clocks differ.
    .setExpirationTime(`${lifetime + 60} seconds`)
    .sign(privateKey);
  console.log(`token ${++issued}`);
  return [200, JSON.stringify({ access_token: token, token_type: "Bearer", expires_in: lifetime })];
}

server.listen(Number(port), host, () => console.log(`listening on port ${portOf(server)}`));
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => server.close());

function isEqual(one: string, other: string): boolean {
  const hash = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(hash(one), hash(other));
}

function portOf(listening: Server): number {
  return (listening.address() as AddressInfo).port;
}
