import type { FileDescriptorProto } from "@bufbuild/protobuf/wkt";
import type { Report } from "../report/index.ts";

/** What the files to compile are held to, beyond the language: flags of protoc that build systems set. */
export interface FilePolicy {
  /** What they may import, by path. @default anything */
  readonly directDependencies: ReadonlySet<string> | undefined;
  /** What they may import for its options. @default anything */
  readonly optionDependencies: ReadonlySet<string> | undefined;
  readonly allowServices: boolean;
}

/** Reports what the policy does not allow of the files to compile. */
export function checkPolicy(
  files: readonly FileDescriptorProto[],
  policy: FilePolicy,
  displayPath: (path: string) => string,
  report: Report,
): void {
  for (const file of files) {
    const place = displayPath(file.name);
    const check = (paths: readonly string[], allowed: ReadonlySet<string> | undefined, flag: string): void => {
      for (const path of allowed === undefined ? [] : paths) {
        if (allowed?.has(path)) continue;
        const message = `it imports "${path}", which is not among those of ${flag}`;
        const hint = "declare it as a dependency where that flag is set, or remove the import";
        report.error({ id: "dependency-undeclared", place, message, hint });
      }
    };
    check(file.dependency, policy.directDependencies, "--direct_dependencies");
    check(file.optionDependency, policy.optionDependencies, "--option_dependencies");
    const [service] = file.service;
    if (policy.allowServices || service === undefined) continue;
    const message = `it defines service ${service.name}, and --disallow_services is set`;
    report.error({ id: "service-disallowed", place, message });
  }
}
