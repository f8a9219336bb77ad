import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createClient } from "../client/index.ts";
import { RouteGuide } from "../client/testdata/route_guide_pb.ts";
import { createInMemoryChannel } from "../testing/index.ts";
import { createServer } from "./grpc-server.ts";

describe("codecs of a server and of a channel", () => {
  for (const choice of ["compiled", "interpreted"] as const) {
    test(`are ${choice} where that is asked for, once types are used`, async () => {
      const server = createServer({ codecs: choice }).addPartial(RouteGuide, {
        getFeature: ({ latitude }) => ({ name: `at ${latitude}` }),
      });
      const channel = createInMemoryChannel(server, { codecs: choice });
      const none = { aheadOfTime: 0, compiled: 0, interpreted: 0 };
      assert.deepEqual([server.stats().codecs, channel.stats().codecs], [none, none]);
      const { name } = await createClient(RouteGuide, channel).getFeature({ latitude: 3 });
      assert.equal(name, "at 3");
      const both = { ...none, [choice]: 2 };
      assert.deepEqual([server.stats().codecs, channel.stats().codecs], [both, both]);
      await channel.close();
      await server.shutdown();
    });
  }

  test("are nothing else", () => {
    assert.throws(() => createServer({ codecs: "slow" as "compiled" }), {
      code: "GANNET_INVALID_OPTION",
      message: /codecs is "compiled" or "interpreted", not "slow"/,
    });
  });
});
