import { join } from "node:path";
import { certificateFiles, createChannel, createClient, GrpcError, tls } from "gannet";
import { type Balance, Ledger } from "../ledger/ledger_pb.js";

const folder = process.env["AUTH_FOLDER"] ?? "authorization-files";
const port = process.env["AUTH_PORT"] ?? "50443";
const file = (name: string) => join(folder, name);

for (const role of ["teller", "auditor", "visitor"]) {
  const identity = certificateFiles({ cert: file(`${role}.crt`), key: file(`${role}.key`), ca: file("ca.crt") });
  const channel = createChannel(`https://localhost:${port}`, { credentials: tls({ identity }) });
  const ledger = createClient(Ledger, channel);
  await tell(ledger.deposit({ account: "a", cents: 100n }));
  await tell(ledger.getBalance({ account: "a" }));
  await channel.close();
}

async function tell(call: PromiseLike<Balance>): Promise<void> {
  try {
    const { caller, cents } = await call;
    console.log(`${caller}: ${cents} cents`);
  } catch (error) {
    console.log(GrpcError.is(error) ? `${error.code}: ${error.reason}` : error);
  }
}
