/** The text that `--dependency_out` writes: a rule of make, by which `outputs` depend on `sources`. */
export function formatDependencyList(outputs: readonly string[], sources: readonly string[]): string {
  return `${outputs.join(" \\\n")}:${sources.map((source) => ` ${source}`).join("\\\n")}`;
}
