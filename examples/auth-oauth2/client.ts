import { createChannel, createClient, GrpcError } from "gannet";
import { allowInsecureRequests, ClientSecretPost, Configuration } from "openid-client";
import { Ledger } from "../ledger/ledger_pb.js";
import { accessToken } from "./access-token.js";

const issuer = process.env["ISSUER"] ?? "http://127.0.0.1:50080";
const target = process.env["AUTH_TARGET"] ?? "http://127.0.0.1:50443";

function configure(secret: string): Configuration {
  const endpoint = { issuer, token_endpoint: `${issuer}/token` };
  const configuration = new Configuration(endpoint, "reporting", undefined, ClientSecretPost(secret));
  // For this example: both ends are on this machine.
  allowInsecureRequests(configuration);
  return configuration;
}

const configuration = configure(process.env["CLIENT_SECRET"] ?? "only for this example");
const channel = createChannel(target, {
  callCredentials: accessToken(configuration, { scope: "ledger.read" }, { allowPlaintext: true }),
});
const ledger = createClient(Ledger, channel);

const callers = async () => {
  const balances = await Promise.all(["a", "b", "c"].map((account) => ledger.getBalance({ account })));
  return balances.map(({ caller }) => caller).join();
};
// With a token for each of the three, where it has expired meanwhile, else with one for all.
for (let round = 1; round <= 3; round++) console.log(`round ${round}: ${await callers()}`);
await channel.close();

const wrong = accessToken(configure("a guess"), {}, { allowPlaintext: true });
const stranger = createChannel(target, { callCredentials: wrong });
await createClient(Ledger, stranger)
  .getBalance({ account: "a" })
  .catch((error: unknown) => console.log(GrpcError.is(error) ? `${error.code}: ${error.reason}` : error));
await stranger.close();
