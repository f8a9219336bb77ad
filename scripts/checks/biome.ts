import { runTool } from "../process/index.ts";
import type { Check, CheckResult } from "./check.ts";

/** Whether every file is formatted as Biome does it. */
export const format: Check = {
  name: "format",
  about: "Biome's format (npm run format repairs it)",
  async run() {
    const { passed, failed, details } = await runBiome(["format"]);
    const files = [...details.matchAll(/^(\S+) format ━/gm)].map(([, file]) => `not formatted: ${file}`);
    return { passed, failed, details: files.length > 0 ? files.join("\n") : details };
  },
};

/** Whether the code keeps the rules of biome.jsonc, layers included. */
export const lint: Check = {
  name: "lint",
  about: "style, layers and order of imports (Biome)",
  run: () => runBiome(["check", "--formatter-enabled=false", "--error-on-warnings"]),
};

async function runBiome(args: readonly string[]): Promise<CheckResult> {
  const { code, output } = await runTool("@biomejs/biome", [...args, "--colors=off", "--max-diagnostics=50"]);
  const files = Number(/Checked (\d+) files?/.exec(output)?.[1] ?? 0);
  const findings = [...output.matchAll(/^Found (\d+) (?:error|warning)/gm)].reduce((sum, [, n]) => sum + Number(n), 0);
  const failed = code === 0 && files > 0 ? 0 : Math.max(1, findings);
  return { passed: Math.max(0, files - failed), failed, details: output };
}
