import { join } from "node:path";
import { runProgram } from "../process/index.ts";
import { workspace } from "../workspace.ts";
import type { Check } from "./check.ts";

/** Whether the linters report every breach of a layer, by breaking each on purpose. */
export const layers: Check = {
  name: "layers",
  about: "rules that are broken on purpose are reported",
  async run() {
    const { code, output } = await runProgram(process.execPath, [join(workspace, "test/dist/lint/prove-rules.js")]);
    const [, passed, failed] = /^layers: (\d+) passed, (\d+) failed$/m.exec(output) ?? [];
    return { passed: Number(passed ?? 0), failed: code === 0 ? 0 : Math.max(1, Number(failed ?? 1)), details: output };
  },
};
