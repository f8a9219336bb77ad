import { parseArgs } from "node:util";
import type { Suite } from "../../suite/suite.ts";
import { damages } from "./damages.ts";
import { descriptorDamages } from "./descriptor-damages.ts";
import { Judge } from "./judge.ts";
import { knownDisagreements } from "./known-disagreements.ts";
import { makeMutant } from "./make-mutant.ts";
import { Material } from "./material.ts";
import { minimiseMutant } from "./minimise.ts";
import { FORMS, type Form, type Mutant } from "./mutant.ts";
import { showMutant } from "./show-mutant.ts";

const DEFAULT_COUNT = 2_000;
const DEFAULT_LIMIT = 5;
/** With fewer of a kind, it may be by chance that none is accepted or none rejected. */
const RUNS_TO_SHOW_BOTH = 80;
/** Of descriptors some kinds are accepted once in hundreds: most elements may be there only once. */
const DESCRIPTORS_TO_SHOW_BOTH = 1_000;
const PROGRESS_EVERY = 5_000;
/** Of a mutant that cannot be made smaller. */
const LINES_SHOWN = 60;
/** While one waits for protoc, another compiles. */
const JUDGES = 4;

const usage = `Usage: npm run conformance -- protoc-mutants [OPTIONS]

  --count N     how many mutants (default ${DEFAULT_COUNT})
  --seed S      which ones (default 1)
  --from I      the first of them (default 0): \`--from I --count 1\` replays one
  --form FORM   only those that are ${FORMS.join(", or ")}: named on the command line, imported by a file
                that is, or given as descriptors (default: some of each)
  --limit N     how many disagreements to show, minimised (default ${DEFAULT_LIMIT})`;

/** `npm run conformance -- protoc-mutants`. */
export const mutantsSuite: Suite = { summary: "protoc's verdict and descriptors on files that were broken", run };

interface MutantsOptions {
  readonly count: number;
  readonly seed: number;
  readonly from: number;
  /** Undefined for some of each. */
  readonly form: Form | undefined;
  readonly limit: number;
}

interface Tally {
  accepted: number;
  rejected: number;
  /** Those on which protoc aborts. */
  aborted: number;
}

/** All mutants on which the compilers disagree for one reason, as far as one can tell. */
interface Finding {
  readonly cause: string;
  readonly details: string;
  readonly mutant: Mutant;
  readonly index: number;
  count: number;
}

async function run(args: readonly string[]): Promise<boolean> {
  const options = parseOptions(args);
  if (options === undefined) {
    console.error(usage);
    return false;
  }
  const material = new Material();
  for (const [name, count] of material.counts) console.log(`${name}: mutants of ${count} files`);
  const judges = Array.from({ length: JUDGES }, () => new Judge(material));
  try {
    const campaign = await runCampaign(material, judges, options);
    return await printCampaign(campaign, judges[0] ?? new Judge(material), options);
  } finally {
    for (const judge of judges) judge.close();
  }
}

/** What came of all mutants. */
interface Campaign {
  /** By kind of damage. */
  readonly kinds: ReadonlyMap<string, Tally>;
  readonly forms: ReadonlyMap<string, Tally>;
  readonly findings: readonly Finding[];
  readonly ran: number;
}

async function runCampaign(
  material: Material,
  judges: readonly Judge[],
  { seed, from, count, form }: MutantsOptions,
): Promise<Campaign> {
  const kinds = createTallies([...Object.keys(damages), ...Object.keys(descriptorDamages)]);
  const forms = createTallies(FORMS);
  const findings = new Map<string, Finding>();
  let ran = 0;
  let next = from;
  const work = async (judge: Judge): Promise<void> => {
    while (next < from + count) {
      const index = next++;
      const mutant = await makeMutant(material, seed, index, form);
      const { isAccepted, cause, details = "" } = await judge.judge(mutant);
      for (const tally of [kinds.get(mutant.kinds[0] ?? ""), forms.get(mutant.form)]) {
        if (tally !== undefined) tally[verdictOf(isAccepted)]++;
      }
      if (++ran % PROGRESS_EVERY === 0) console.log(`  ${ran} of ${count}, ${findings.size} causes of disagreement`);
      if (cause === undefined) continue;
      const known = findings.get(cause);
      if (known !== undefined) known.count++;
      else {
        findings.set(cause, { cause, details, mutant, index, count: 1 });
        if (!knownDisagreements.has(cause)) console.log(`  new at ${index}: ${cause}`);
      }
    }
  };
  await Promise.all(judges.map(work));
  return { kinds, forms, findings: [...findings.values()], ran };
}

async function printCampaign(
  { kinds, forms, findings, ran }: Campaign,
  judge: Judge,
  options: MutantsOptions,
): Promise<boolean> {
  printTallies(kinds);
  printTallies(forms);
  const isRight = await printFindings(findings, judge, options);
  const lacking = findLacking(new Map([...kinds, ...forms]));
  for (const line of lacking) console.log(line);
  const unknown = findings.filter(({ cause }) => !knownDisagreements.has(cause));
  const failed = unknown.reduce((sum, { count }) => sum + count, 0);
  console.log(`${options.count} mutants expected, ${ran} run`);
  console.log(`${ran - failed} passed, ${failed + lacking.length} failed`);
  return isRight && ran === options.count && lacking.length === 0;
}

function verdictOf(isAccepted: boolean | undefined): keyof Tally {
  if (isAccepted === undefined) return "aborted";
  return isAccepted ? "accepted" : "rejected";
}

function createTallies(names: readonly string[]): Map<string, Tally> {
  return new Map(names.map((name) => [name, { accepted: 0, rejected: 0, aborted: 0 }]));
}

function printTallies(tallies: ReadonlyMap<string, Tally>): void {
  for (const [name, { accepted, rejected, aborted }] of tallies) {
    if (accepted + rejected + aborted === 0) continue;
    const without = aborted > 0 ? `, on ${aborted} protoc aborts` : "";
    console.log(`${name}: ${accepted + rejected + aborted} run, ${accepted} accepted, ${rejected} rejected${without}`);
  }
}

/** The kinds and forms of which all mutants have one verdict: they show less than they should. */
function findLacking(tallies: ReadonlyMap<string, Tally>): readonly string[] {
  return [...tallies].flatMap(([kind, { accepted, rejected }]) => {
    const needed = Object.hasOwn(descriptorDamages, kind) ? DESCRIPTORS_TO_SHOW_BOTH : RUNS_TO_SHOW_BOTH;
    if (accepted + rejected < needed || (accepted > 0 && rejected > 0)) return [];
    return [`${kind}: all are ${accepted === 0 ? "rejected" : "accepted"}, which shows too little`];
  });
}

/** Prints the commonest disagreements, each with the least text that has it. Resolves to whether all are known. */
async function printFindings(
  findings: readonly Finding[],
  judge: Judge,
  { seed, limit }: MutantsOptions,
): Promise<boolean> {
  const sorted = [...findings].sort((a, b) => b.count - a.count);
  const unknown = sorted.filter(({ cause }) => !knownDisagreements.has(cause));
  for (const { cause, count } of sorted) {
    const reason = knownDisagreements.get(cause);
    if (reason !== undefined) console.log(`known, ${count} ×: ${cause}: ${reason}`);
  }
  for (const { cause, details, mutant, index, count } of unknown.slice(0, limit)) {
    const least = await minimiseMutant(mutant, async (fewer) => (await judge.judge(fewer)).cause === cause);
    const { details: leastDetails = details } = await judge.judge(least);
    const { original, form, kinds } = mutant;
    console.log(
      `\n${count} × ${cause}\n  ${original.name}, --seed ${seed} --from ${index} --form ${form}, ${kinds.join(", ")}`,
    );
    console.log(indent(leastDetails, "  | "));
    console.log(indent(showMutant(least).split("\n").slice(0, LINES_SHOWN).join("\n"), "  > "));
  }
  for (const { cause, index, count } of unknown.slice(limit)) console.log(`${count} × ${cause} (--from ${index})`);
  return unknown.length === 0;
}

function indent(text: string, by: string): string {
  return text
    .split("\n")
    .map((line) => by + line)
    .join("\n");
}

function parseOptions(args: readonly string[]): MutantsOptions | undefined {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        count: { type: "string", default: String(DEFAULT_COUNT) },
        seed: { type: "string", default: "1" },
        from: { type: "string", default: "0" },
        form: { type: "string" },
        limit: { type: "string", default: String(DEFAULT_LIMIT) },
      },
    });
    return {
      count: readCount("count", values.count),
      seed: readCount("seed", values.seed),
      from: readCount("from", values.from),
      form: values.form === undefined ? undefined : readForm(values.form),
      limit: readCount("limit", values.limit),
    };
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return undefined;
  }
}

function readForm(text: string): Form {
  const form = FORMS.find((one) => one === text);
  if (form === undefined) throw new TypeError(`--form takes ${FORMS.join(", ")}, not ${text}`);
  return form;
}

function readCount(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new TypeError(`--${name} takes a whole number, not ${text}`);
  return value;
}
