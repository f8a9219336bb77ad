import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { createServer } from "gannet";
import { Hop } from "./hop_pb.ts";
import { hopCases } from "./hop-cases.ts";
import { callWithGannet } from "./hop-client.ts";
import { HopHandlers } from "./hop-handlers.ts";

for (const passingOn of ["ambient", "parent", "byHand"] as const) {
  describe(`a call over three servers whose handlers pass it on, ${passingOn}`, { concurrency: true }, () => {
    const hops = Array.from({ length: 3 }, () => {
      const hop = new HopHandlers(passingOn);
      return { hop, server: createServer({ ambient: passingOn === "ambient" }).add(Hop, hop.handlers) };
    });
    const route: string[] = [];

    before(async () => {
      for (const { server } of hops) route.push(`127.0.0.1:${(await server.listen("127.0.0.1:0")).port}`);
    });
    after(async () => {
      for (const { hop, server } of hops) {
        await server.shutdown({ graceMs: 0 });
        await hop.close();
      }
    });

    for (const { name, expected, run } of hopCases) {
      test(name, async () => assert.equal(await run(route, callWithGannet), expected));
    }
  });
}
