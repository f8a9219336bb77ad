import type { Report } from "../report/index.ts";
import { flagName, type ProtocFlags, type SingleFlag } from "./protoc-flags.ts";

/** Flags that say what to do in place of generating: at most one of them. */
const TASKS = ["encode", "decode", "decodeRaw", "printFreeFieldNumbers"] as const;

/** Reports flags that contradict each other, or lack what they need: what protoc refuses is refused. */
export function checkProtocFlags(flags: ProtocFlags, report: Report): void {
  for (const flag of Object.keys(flags.values) as SingleFlag[]) checkRepetition(flag, flags.values[flag], report);
  checkTask(flags, report);
  checkDependencyOut(flags, report);
  for (const name of flags.parameters.keys()) {
    if (flags.outputs.some((output) => output.name === name)) continue;
    const hint = `add --${name}_out=DIR, or leave the options out`;
    const message = "these options have no output";
    report.error({ id: "options-without-output", place: `--${name}_opt`, message, hint });
  }
  if (flags.values.descriptorSetOut.length > 0) return;
  for (const flag of ["includeImports", "includeSourceInfo", "retainOptions"] as const) {
    if (!flags.switches.has(flag)) continue;
    const message = "this flag says something only beside --descriptor_set_out";
    report.warning({ id: "flag-unused", place: flagName(flag), message });
  }
}

function checkRepetition(flag: SingleFlag, values: readonly string[], report: Report): void {
  const place = flagName(flag);
  if (values.length > 1) {
    const hint = `it is given for ${values.join(" and ")}`;
    report.error({ id: "flag-repeated", place, message: "this flag may be given only once", hint });
  }
  const mayBeEmpty = flag === "directDependencies" || flag === "optionDependencies";
  if (values.includes("") && !mayBeEmpty) {
    report.error({ id: "option-missing-argument", place, message: "a value is missing behind this flag" });
  }
}

function checkTask(flags: ProtocFlags, report: Report): void {
  const { files, outputs, values, switches } = flags;
  const tasks = TASKS.filter((task) =>
    task in values ? values[task as SingleFlag].length > 0 : switches.has(task as never),
  );
  const [task, other] = tasks;
  const hasOutput = outputs.length > 0 || values.descriptorSetOut.length > 0;
  if (task === undefined && !hasOutput) {
    const hint = "--es_out=DIR writes TypeScript or JavaScript, -oFILE descriptors";
    report.error({ id: "no-output", message: "nothing to write is asked for", hint });
  }
  if (task !== undefined && (other !== undefined || hasOutput)) {
    const beside = other === undefined ? "flags that write files" : flagName(other);
    const hint = "run gannet protoc once for each";
    report.error({ id: "flags-conflict", place: flagName(task), message: `it does not go with ${beside}`, hint });
  }
  if (switches.has("deterministicOutput") && values.encode.length === 0) {
    const message = "this flag says something only beside --encode";
    report.error({ id: "flags-conflict", place: flagName("deterministicOutput"), message });
  }
  if (task === "decodeRaw") {
    if (files.length === 0) return;
    const message = `it takes no .proto files, and there is ${files.join(", ")}`;
    const hint = "--decode=TYPE decodes with the names that a .proto file gives";
    report.error({ id: "flags-conflict", place: flagName(task), message, hint });
  } else if (files.length === 0 && !(values.descriptorSetIn.length > 0 && (task === "encode" || task === "decode"))) {
    report.error({ id: "no-input", message: "no .proto file is given", hint: "name the files to compile" });
  }
}

function checkDependencyOut(flags: ProtocFlags, report: Report): void {
  const { files, outputs, values } = flags;
  if (values.dependencyOut.length === 0) return;
  const place = flagName("dependencyOut");
  const hint = "run gannet protoc once for each file";
  const id = "flags-conflict";
  if (outputs.length === 0 && values.descriptorSetOut.length === 0)
    report.error({ id, place, message: "it needs an output, as the files that depend are what is written" });
  if (values.descriptorSetIn.length > 0)
    report.error({
      id,
      place,
      message: "it does not go with --descriptor_set_in: descriptors do not say of which files",
    });
  if (new Set(files).size > 1)
    report.error({ id, place, message: `it takes one .proto file, not ${files.length}`, hint });
}
