/** The interop server: flags as those of the official ones, `--tls_cert_file` and `--tls_key_file` as grpc-go's has them. */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { createServer } from "gannet";
import { TestService } from "./official/grpc/testing/test_pb.ts";
import { testService } from "./official/test-service.ts";

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "10000" },
    use_tls: { type: "boolean", default: false },
    tls_cert_file: { type: "string" },
    tls_key_file: { type: "string" },
  },
});

const server = createServer().addPartial(TestService, testService);
const { port } = await server.listen(`127.0.0.1:${values.port}`, values.use_tls ? { tls: readIdentity() } : {});
console.log(`PORT ${port}`);

const stop = () => void server.shutdown({ graceMs: 0 });
process.once("SIGINT", stop).once("SIGTERM", stop);

function readIdentity(): { cert: string; key: string } {
  const { tls_cert_file: cert, tls_key_file: key } = values;
  if (cert === undefined || key === undefined) {
    throw new TypeError("--use_tls needs --tls_cert_file FILE and --tls_key_file FILE");
  }
  return { cert: readFileSync(cert, "utf8"), key: readFileSync(key, "utf8") };
}
