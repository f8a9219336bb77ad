import type { Report } from "../report/index.ts";

const FLAG = ["true", "false"] as const;

/** The options of `@bufbuild/protoc-gen-es`, with the values of those that have few. */
const OPTIONS: Readonly<Record<string, readonly string[] | undefined>> = {
  target: ["ts", "js", "dts"],
  import_extension: ["js", "ts", "none"],
  js_import_style: ["module", "legacy_commonjs"],
  json_types: FLAG,
  valid_types: ["legacy_required", "protovalidate_required"],
  erasable_syntax: FLAG,
  keep_empty_files: FLAG,
  ts_nocheck: FLAG,
  elide_plugin_version: FLAG,
  bootstrap_wkt: FLAG,
  rewrite_imports: undefined,
};
/** Those whose values may be joined by `+`. */
const JOINED: readonly string[] = ["target", "valid_types"];
/** What else the generator takes, and nobody is told of. */
const ALSO: Readonly<Record<string, readonly string[]>> = {
  import_extension: [".js", ".ts", ""],
};
const FLAG_ALSO = ["1", "0"];

/** Reports options that the generator does not have: it would name others than that. */
export function checkGeneratorOptions(options: readonly string[], report: Report): void {
  for (const option of options) {
    const [key = "", ...rest] = option.split("=");
    if (option === "") continue;
    const place = `--opt ${option}`;
    if (!Object.hasOwn(OPTIONS, key)) {
      const near = nearest(key, Object.keys(OPTIONS));
      const hint = near === undefined ? `there are ${Object.keys(OPTIONS).join(", ")}` : `did you mean ${near}?`;
      report.error({ id: "unknown-generator-option", place, message: `the generator has no option ${key}`, hint });
      continue;
    }
    const choices = OPTIONS[key];
    if (choices === undefined) continue;
    const value = rest.join("=");
    const taken = [...choices, ...(choices === FLAG ? FLAG_ALSO : (ALSO[key] ?? []))];
    const parts = JOINED.includes(key) ? value.split("+") : [value];
    if (parts.every((part) => taken.includes(part))) continue;
    const message = value === "" ? `${key} has no value` : `${key} cannot be ${value}`;
    const hint = `it is ${choices.slice(0, -1).join(", ")} or ${choices.at(-1)}`;
    report.error({ id: "invalid-generator-option", place, message, hint });
  }
}

/** The name that shares most pairs of letters with what was written; undefined where none shares half of them. */
function nearest(written: string, names: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestShare = 0.5;
  for (const name of names) {
    const share = sharedPairs(pairsOf(written), pairsOf(name));
    if (share < bestShare) continue;
    best = name;
    bestShare = share;
  }
  return best;
}

function pairsOf(text: string): string[] {
  const letters = text.toLowerCase().replaceAll("-", "_");
  return Array.from({ length: Math.max(0, letters.length - 1) }, (_, at) => letters.slice(at, at + 2));
}

/** From 0 for nothing in common to 1 for the same. */
function sharedPairs(one: readonly string[], other: readonly string[]): number {
  const rest = [...other];
  let shared = 0;
  for (const pair of one) {
    const at = rest.indexOf(pair);
    if (at < 0) continue;
    rest.splice(at, 1);
    shared++;
  }
  return one.length + other.length === 0 ? 0 : (2 * shared) / (one.length + other.length);
}
