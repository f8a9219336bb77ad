import { join } from "node:path";
import { parseArgs } from "node:util";
import { workspace } from "../../interop/folders.ts";
import { installDebianPackages } from "../../interop/program/debian.ts";
import type { Suite } from "../../suite/suite.ts";
import { listCorpora } from "../protoc/index.ts";
import { bundleForBrowser } from "./bundle.ts";
import { withChromium } from "./chromium.ts";
import { type Compiled, compileByReader } from "./compile-by-reader.ts";
import { type Job, PageServer, readIfThere } from "./page-server.ts";

const SAMPLE_FILES = "300";

/** `npm run conformance -- browser`. */
export const browserSuite: Suite = {
  summary: "the compiler in headless Chromium, compared with itself in Node; --files N of google-proto-files",
  run,
};

async function run(args: readonly string[]): Promise<boolean> {
  const { values } = parseArgs({ args: [...args], options: { files: { type: "string", default: SAMPLE_FILES } } });
  const jobs = listJobs(Number(values.files));
  const expected = jobs.reduce((sum, { files }) => sum + files.length, 0);
  await installDebianPackages(["chromium"]);
  const script = await bundleForBrowser("page");
  const server = new PageServer(script, jobs);
  try {
    const { compiled, agent } = await withChromium(await server.listen(), server.answer);
    console.log(`${agent}\n${script.length.toLocaleString("en")} characters of JavaScript, not minified`);
    return await compare(jobs, compiled, expected);
  } finally {
    server.close();
  }
}

/** The tutorial's files, the one among them that has a slip, and a sample of all that Google has published. */
function listJobs(sample: number): Job[] {
  const slip = { files: ["slip.proto"], root: join(workspace, "examples/tutorial/hello") };
  const corpora = listCorpora(sample).filter(({ name }) => /^(?:tutorial|google-proto-files)/.test(name));
  return [slip, ...corpora.flatMap(({ root, batches }) => batches.map((files) => ({ root, files })))];
}

async function compare(jobs: readonly Job[], inBrowser: readonly Compiled[], expected: number): Promise<boolean> {
  let run = 0;
  let differing = 0;
  for (const [index, { files, root }] of jobs.entries()) {
    const theirs = inBrowser[index];
    if (theirs === undefined) continue;
    const ours = await compileByReader(files, (path) => readIfThere(join(root, path)));
    const isAlike =
      JSON.stringify([ours.findings, ours.types, Object.keys(ours.descriptors)]) ===
      JSON.stringify([theirs.findings, theirs.types, Object.keys(theirs.descriptors)]);
    if (!isAlike) console.log(`${root}: other findings, types or files\n${theirs.findings.join("\n")}`);
    for (const file of files) {
      run++;
      // Of a file with errors both have findings, and no descriptor.
      const hasOutcome = ours.descriptors[file] !== undefined || ours.findings.length > 0;
      if (isAlike && hasOutcome && ours.descriptors[file] === theirs.descriptors[file]) continue;
      differing++;
      console.log(`differs: ${file}`);
    }
  }
  console.log(`${expected} files expected, ${run} run`);
  console.log(`${run - differing} passed, ${differing + expected - run} failed`);
  return differing === 0 && run === expected;
}
