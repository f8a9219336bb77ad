import { spawn } from "node:child_process";
import { once } from "node:events";

/** Far more than a program takes that ends by itself. */
const PATIENCE_MS = 30_000;

/**
 * Runs a program in a process of its own until that ends by itself, and tells what it printed and how it ended:
 * `printed, exit 0`. It has `createChannel`, `insecure`, `RecordedCall`, and `left`, which tells what keeps it alive a
 * moment later: `nothing`, or what it is.
 */
export async function runProgram(program: string): Promise<string> {
  const modules = {
    createChannel: "../create-channel.js",
    insecure: "../credentials/index.js",
    RecordedCall: "./recorded-call.js",
  };
  const imports = Object.entries(modules).map(
    ([name, path]) => `import { ${name} } from ${JSON.stringify(new URL(path, import.meta.url).href)};`,
  );
  // What it prints goes to a pipe, which is nothing of the channel's.
  const handles = `const handles = () => process.getActiveResourcesInfo().filter((name) => name !== "PipeWrap");
    const left = async () => {
      // Node closes what was let go in its next rounds.
      for (let round = 0; round < 100 && handles().length > 0; round++) await new Promise((done) => setTimeout(done, 10));
      return handles().join() || "nothing";
    };`;
  const source = `${imports.join(" ")} ${handles} ${program}`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", source], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let printed = "";
  child.stdout.on("data", (chunk) => {
    printed += chunk;
  });
  const timer = setTimeout(() => child.kill(), PATIENCE_MS);
  const [code] = await once(child, "close");
  clearTimeout(timer);
  return `${printed.trim()}, exit ${code}`;
}
