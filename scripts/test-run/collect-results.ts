import { relative, resolve, sep } from "node:path";
import type { TestEvent } from "node:test/reporters";
import { inspect } from "node:util";
import { workspace } from "../workspace.ts";
import type { TestFile } from "./find-test-files.ts";

/** One test that failed. */
export interface TestFailure {
  /** The names of the suites and tests around it, outermost first, its own last. */
  readonly names: readonly string[];
  /** The error as text, with its stack. */
  readonly error: string;
}

/** What came of one file. */
export interface FileResult {
  readonly file: TestFile;
  passed: number;
  failed: number;
  skipped: number;
  durationMs: number;
  readonly failures: TestFailure[];
  /** What a suite said of its cases, such as `files: 200 expected, 200 run`. */
  readonly cases: string[];
  /** What the file printed. */
  output: string;
}

/** A line, printed or given to `t.diagnostic`, by which a suite tells how many cases it has and how many ran. */
const CASES = /^.*\b(\d+) (?:\w+ )?expected, (\d+) run\b.*$/gm;

/** Sums the events of `node:test` up by file. */
export class ResultCollector {
  readonly results: readonly FileResult[];
  readonly #byPath = new Map<string, FileResult>();
  /** Per nesting, the names of the tests that have started last. */
  readonly #names: string[] = [];

  constructor(files: readonly TestFile[]) {
    this.results = files.map((file) => {
      const result: FileResult = {
        file,
        passed: 0,
        failed: 0,
        skipped: 0,
        durationMs: 0,
        failures: [],
        cases: [],
        output: "",
      };
      // With source maps, newer Nodes name the source, older ones the built file.
      this.#byPath.set(file.source, result).set(file.built, result);
      return result;
    });
  }

  /** Takes one event in. Gives the file it is about, where it tells. */
  add(event: TestEvent): FileResult | undefined {
    const { file } = event.data as { file?: string | undefined };
    const result = file === undefined ? undefined : this.#byPath.get(pathInWorkspace(file));
    if (event.type === "test:start") this.#names[event.data.nesting] = event.data.name;
    if (result === undefined) return undefined;
    if (event.type === "test:pass") this.#addPass(result, event.data);
    else if (event.type === "test:fail") this.#addFailure(result, event.data);
    else if (event.type === "test:diagnostic") result.output += `${event.data.message}\n`;
    else if (event.type === "test:stdout" || event.type === "test:stderr") result.output += event.data.message;
    return result;
  }

  /** Checks what only the whole run tells. */
  finish(): void {
    for (const result of this.results) {
      countCases(result);
      if (result.passed + result.failed + result.skipped > 0) continue;
      result.failed++;
      result.failures.push({ names: [], error: "there is no test in this file" });
    }
  }

  #addPass(result: FileResult, data: TestPass): void {
    if (data.nesting === 0) result.durationMs += data.details.duration_ms;
    if (data.details.type === "suite" || isFile(data.name, result)) return;
    if (data.skip !== undefined || data.todo !== undefined) result.skipped++;
    else result.passed++;
  }

  #addFailure(result: FileResult, data: TestFail): void {
    if (data.nesting === 0) result.durationMs += data.details.duration_ms;
    const { error } = data.details;
    // Its tests have told already.
    if ("failureType" in error && error.failureType === "subtestsFailed") return;
    if (data.todo !== undefined) {
      result.skipped++;
      return;
    }
    result.failed++;
    const names = isFile(data.name, result) ? [] : [...this.#names.slice(0, data.nesting), data.name];
    result.failures.push({ names, error: describeError(error) });
  }
}

type TestPass = Extract<TestEvent, { type: "test:pass" }>["data"];
type TestFail = Extract<TestEvent, { type: "test:fail" }>["data"];

/** A whole file is reported like a test where it fails, or where there is no test in it. */
function isFile(name: string, { file }: FileResult): boolean {
  const path = pathInWorkspace(name);
  return path === file.built || path === file.source;
}

function pathInWorkspace(path: string): string {
  return relative(workspace, resolve(workspace, path)).split(sep).join("/");
}

function countCases(result: FileResult): void {
  for (const [line, expected, run] of result.output.matchAll(CASES)) {
    result.cases.push(line);
    if (expected === run) continue;
    result.failed++;
    result.failures.push({ names: [line], error: "fewer cases ran than the suite has" });
  }
}

function describeError(error: Error): string {
  const cause = error.cause ?? error;
  if (!(cause instanceof Error)) return typeof cause === "string" ? cause : inspect(cause);
  return (cause.stack ?? cause.message).replace(/^ +at .*\bnode:internal\b.*\n?/gm, "").trimEnd();
}
