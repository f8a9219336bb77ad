import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { type Credentials, createChannel, createServer, insecure, tls } from "gannet";
import { addOrca } from "gannet/orca";
import { createIdentityFiles } from "../program/identity-files.ts";
import { CASE_NAMES } from "./case-names.ts";
import { TestService } from "./grpc/testing/test_pb.ts";
import type { CaseContext } from "./interop-case.ts";
import { interopCases } from "./interop-cases.ts";
import { createTestService } from "./test-service.ts";

/** The soak cases are here for what they do, not for how fast this machine does it. */
const SOAK = { maxLatencyMs: 60_000, overallTimeoutMs: 60_000 } as const;

for (const security of ["plaintext", "TLS"] as const) {
  describe(`gRPC's interop cases between our client and our server, ${security}`, () => {
    const server = createServer();
    server.addPartial(TestService, createTestService(addOrca(server, { minIntervalMs: 1 })));
    let target = "";
    let credentials: Credentials = insecure();

    before(async () => {
      if (security === "plaintext") {
        target = `127.0.0.1:${(await server.listen("127.0.0.1:0")).port}`;
        return;
      }
      const identity = await createIdentityFiles();
      const [cert, key] = [readFileSync(identity.cert, "utf8"), readFileSync(identity.key, "utf8")];
      identity.remove();
      target = `127.0.0.1:${(await server.listen("127.0.0.1:0", { tls: { cert, key } })).port}`;
      credentials = tls({ ca: cert, serverName: "foo.test.google.fr" });
    });
    after(() => server.shutdown({ graceMs: 0 }));

    for (const name of CASE_NAMES) {
      test(name, async () => {
        const openChannel: CaseContext["openChannel"] = (options) => createChannel(target, { ...options, credentials });
        const channel = openChannel();
        try {
          await interopCases[name]({ channel, openChannel, soak: SOAK });
        } finally {
          await channel.close();
        }
      });
    }
  });
}
