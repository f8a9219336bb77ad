import { nearestWord, type Report } from "../report/index.ts";

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
      const near = nearestWord(key, Object.keys(OPTIONS));
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
