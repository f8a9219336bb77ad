import { runTool } from "../process/index.ts";
import type { Check } from "./check.ts";

/** Whether no promise is left alone, and the other rules of .oxlintrc.json that need types. */
export const promises: Check = {
  name: "promises",
  about: "promises and other rules that need types (oxlint)",
  async run() {
    const { code, output } = await runTool("oxlint", ["--deny-warnings"]);
    const files = Number(/Finished in .* on (\d+) files/.exec(output)?.[1] ?? 0);
    const errors = Number(/and (\d+) errors?/.exec(output)?.[1] ?? 0);
    const failed = code === 0 && files > 0 ? 0 : Math.max(1, errors);
    return { passed: Math.max(0, files - failed), failed, details: output };
  },
};
