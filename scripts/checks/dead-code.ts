import { runTool } from "../process/index.ts";
import type { Check } from "./check.ts";

interface KnipReport {
  readonly issues: readonly (Readonly<Record<string, unknown>> & { readonly file: string })[];
}

/** Whether every file, export and dependency is used. */
export const deadCode: Check = {
  name: "dead-code",
  about: "files, exports and dependencies that nothing uses (knip)",
  async run() {
    const [{ stdout }, { code, output }] = await Promise.all([
      runTool("knip", ["--reporter=json", "--no-progress"]),
      runTool("knip", ["--no-progress", "--no-config-hints"]),
    ]);
    const { issues } = JSON.parse(stdout) as KnipReport;
    // Knip says nothing of what it looked at: a run that finds nothing counts as one.
    return code === 0
      ? { passed: 1, failed: 0, details: "" }
      : { passed: 0, failed: Math.max(1, issues.length), details: output };
  },
};
