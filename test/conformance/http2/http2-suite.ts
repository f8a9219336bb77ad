import { parseArgs } from "node:util";
import type { Suite } from "../../suite/suite.ts";
import { runByteSessions } from "./run-byte-sessions.ts";
import { runFrameVectors } from "./run-frame-vectors.ts";
import { runH2spec } from "./run-h2spec.ts";
import { runH2specd } from "./run-h2specd.ts";
import { runHpackVectors } from "./run-hpack-vectors.ts";

/** The engine under suites of others: h2spec for servers, h2specd for clients, frames as bytes, header
 * blocks of real traffic, and what gRPC's own fuzzers have recorded. */
export const http2Suite: Suite = {
  summary:
    "HTTP/2: h2spec in plaintext and over TLS, h2specd, vectors of frames and of HPACK, gRPC's recorded sessions; `--h2spec FILE`, `--h2specd FILE` if installed",
  async run(args) {
    const { values } = parseArgs({
      args: [...args],
      options: { h2spec: { type: "string" }, h2specd: { type: "string" } },
    });
    const tallies = [
      await runFrameVectors(),
      await runHpackVectors(),
      await runByteSessions(),
      await runH2spec(values.h2spec),
      await runH2specd(values.h2specd),
    ];
    const passed = tallies.reduce((sum, tally) => sum + tally.passed, 0);
    const failed = tallies.reduce((sum, tally) => sum + tally.failed, 0);
    console.log(`${passed} passed, ${failed} failed`);
    return failed === 0;
  },
};
