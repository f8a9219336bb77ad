/** Makes one request of the address that it is given, whatever becomes of it, for h2specd. */
import { createChannel, createClient } from "gannet";
import { TestService } from "../../interop/official/grpc/testing/test_pb.ts";

const TIMEOUT_MS = 2_500;

const [url = ""] = process.argv.slice(2);
const { origin } = new URL(url);
const channel = createChannel(origin);
try {
  await createClient(TestService, channel).emptyCall({}, { timeoutMs: TIMEOUT_MS });
} catch (error) {
  // What counts is what was said to the server.
  console.error(String(error));
} finally {
  await channel.close();
}
