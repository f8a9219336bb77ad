/** The interop server: flags as those of the official ones, `--tls_cert_file` and `--tls_key_file` as grpc-go's has them. */
import { readFileSync } from "node:fs";
import { createServer } from "gannet";
import { addOrca } from "gannet/orca";
import { readFlags } from "./official/flags.ts";
import { TestService } from "./official/grpc/testing/test_pb.ts";
import { createTestService } from "./official/test-service.ts";

const {
  port: askedPort = "10000",
  use_tls,
  tls_cert_file,
  tls_key_file,
} = readFlags({
  port: { type: "string" },
  use_tls: { type: "boolean" },
  tls_cert_file: { type: "string" },
  tls_key_file: { type: "string" },
});

const server = createServer();
// As often as the official clients ask.
server.addPartial(TestService, createTestService(addOrca(server, { minIntervalMs: 1_000 })));
const { port } = await server.listen(`127.0.0.1:${askedPort}`, use_tls ? { tls: readIdentity() } : {});
console.log(`PORT ${port}`);

const stop = () => void server.shutdown({ graceMs: 0 });
process.once("SIGINT", stop).once("SIGTERM", stop);

function readIdentity(): { cert: string; key: string } {
  if (tls_cert_file === undefined || tls_key_file === undefined) {
    throw new TypeError("--use_tls needs --tls_cert_file FILE and --tls_key_file FILE");
  }
  return { cert: readFileSync(tls_cert_file, "utf8"), key: readFileSync(tls_key_file, "utf8") };
}
