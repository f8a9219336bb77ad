import assert from "node:assert/strict";
import { test } from "node:test";
import { createInMemoryChannel } from "../testing/index.ts";
import { checkServer } from "./check-server.ts";
import { createServer } from "./grpc-server.ts";
import type { Server } from "./server.ts";

test("what takes a server says what it was given in its place", async () => {
  const server = createServer();
  checkServer(server, "addHealth");
  const channel = createInMemoryChannel(server);
  const cases = [
    [channel, /^addHealth takes a server first, as createServer makes it, not a BalancedChannel$/],
    [undefined, /not undefined$/],
    [createServer, /not a function$/],
    [{}, /not an object$/],
  ] as const;
  for (const [given, message] of cases) {
    const refused = { name: "TypeError", code: "GANNET_INVALID_ARGUMENT", message };
    assert.throws(() => checkServer(given, "addHealth"), refused);
  }
  assert.throws(() => createInMemoryChannel(channel as unknown as Server), /^TypeError.*createInMemoryChannel takes/);
  assert.throws(() => server.serve(undefined as never), { code: "GANNET_INVALID_ARGUMENT", message: /not undefined$/ });
  await channel.close();
});
