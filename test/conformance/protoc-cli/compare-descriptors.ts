import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gannetPath } from "../../cli/gannet.ts";
import { protocInclude, protocProgram } from "../protoc/index.ts";
import { accepted, DESCRIPTOR_CASES, type DescriptorCase, readDescriptorCases } from "./descriptor-cases.ts";
import { runToEnd } from "./run-case.ts";

const NOTHING = new Uint8Array();

/** Gives both what protobuf's own tests refuse of descriptors, by `--descriptor_set_in`, and compares what they say to it. */
export async function compareDescriptors(
  template: string,
  tally: { expected: number; run: number; failed: number },
  print: (line: string) => void,
): Promise<void> {
  let run = 0;
  for (const one of readDescriptorCases()) {
    const problem = await compareOne(template, one);
    run++;
    if (problem === undefined) continue;
    tally.failed++;
    print(`${one.name}: ${problem}`);
  }
  tally.expected += DESCRIPTOR_CASES;
  tally.run += run;
  print(
    `descriptors: ${DESCRIPTOR_CASES} expected, ${run} run, ${accepted.size} of them accepted for a reason that is given`,
  );
}

async function compareOne(
  template: string,
  { name, set, inputs, elements }: DescriptorCase,
): Promise<string | undefined> {
  writeFileSync(join(template, "case.pb"), set);
  // What protoc comes with is in no set: it is read as text.
  const args = ["--descriptor_set_in=case.pb", `-I${protocInclude}`, "-ocase-out.pb", ...inputs];
  const [theirs, ours] = await Promise.all([
    runToEnd(protocProgram, args, template, NOTHING),
    runToEnd(process.execPath, [gannetPath, "protoc", ...args], template, NOTHING),
  ]);
  if (theirs.ok !== accepted.has(name)) return `protoc ${theirs.ok ? "accepts" : "refuses"} it: ${theirs.stderr}`;
  if (ours.ok !== theirs.ok) return `ours ${ours.ok ? "accepts" : "refuses"} it: ${ours.stderr || theirs.stderr}`;
  const isNamed = ours.ok || elements.length === 0 || elements.some((element) => namesElement(ours.stderr, element));
  return isNamed ? undefined : `ours does not name ${elements.join(" or ")}: ${ours.stderr}`;
}

/** Whether a message names an element: by its full name, or by its own where the message is about what it is in. */
function namesElement(words: string, element: string): boolean {
  return words.includes(element) || words.includes(element.slice(element.lastIndexOf(".") + 1));
}
