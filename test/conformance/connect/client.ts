/** The client that the Connect conformance suite tests: each call comes on standard input, its result goes out. */
import { ClientCompatRequestSchema, ClientCompatResponseSchema } from "./connectrpc/conformance/v1/client_compat_pb.ts";
import { encodeDelimited, readDelimited } from "./delimited-messages.ts";
import { SuiteClient } from "./suite-client.ts";

/** Most calls wait, so that many of them cost little. */
const CALLS_AT_A_TIME = 32;

async function main(): Promise<void> {
  const client = new SuiteClient();
  const running = new Set<Promise<void>>();
  for await (const request of readDelimited(ClientCompatRequestSchema, process.stdin)) {
    const call = client.perform(request).then((response) => {
      running.delete(call);
      process.stdout.write(encodeDelimited(ClientCompatResponseSchema, response));
    });
    running.add(call);
    if (running.size >= CALLS_AT_A_TIME) await Promise.race(running);
  }
  await Promise.all(running);
  await client.close();
}

await main();
