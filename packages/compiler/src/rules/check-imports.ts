import type { ImportNode } from "../ast/index.ts";
import type { LinkedFile } from "../linker/index.ts";
import { isLite } from "./check-field.ts";

/** Checks that what a file imports goes together with it, and warns of what it does not use. */
export function checkImports(file: LinkedFile, isRequested: boolean): void {
  const nodes =
    file.lowered?.tree.body.filter((element) => element.kind === "import" && element.modifier?.text !== "option") ?? [];
  const publicImports = new Set(file.proto.publicDependency);
  for (const [index, imported] of file.imports.entries()) {
    if (imported === undefined) continue;
    const node = nodes[index] as ImportNode | undefined;
    if (isLite(imported) && !isLite(file)) {
      file.error(
        node,
        "lite-import",
        `"${imported.path}" is for the lite runtime, and this file is not: it cannot import it`,
        { hint: "say `option optimize_for = LITE_RUNTIME;` in both files, or in none" },
      );
    }
    const isForwarding = imported.proto.publicDependency.length > 0;
    if (isRequested && !file.hasErrors && !publicImports.has(index) && !isForwarding && !file.used.has(imported)) {
      file.warning(node, "import-unused", `import "${imported.path}" is not used`, { hint: "remove it" });
    }
  }
}
