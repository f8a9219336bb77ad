/** Something that a document asks its reader to do, in the order of the text. */
export type Step =
  | { readonly kind: "install"; readonly script: string }
  | { readonly kind: "file"; readonly path: string; readonly text: string }
  | { readonly kind: "replace"; readonly path: string; readonly from: string; readonly to: string }
  | {
      readonly kind: "run";
      readonly script: string;
      readonly exitCode: number;
      /** What it prints, where the document shows it. */
      output?: string;
    }
  | {
      /** A program that goes on running, as in a terminal of its own. */
      readonly kind: "start";
      readonly script: string;
      /** What it prints once it is ready. */
      output?: string;
    }
  | { readonly kind: "stop" };

const MARK = /^<!-- (install|file|replace|run|start|stop|output)(?:: (.+))? -->\n(?:```\w+\n([\s\S]*?)^```$)?/gm;
const WITHOUT_BLOCK = ["replace", "stop"];

/**
 * The steps of a Markdown document that are marked for a test, each by a comment in front of its block of code:
 * `install`, `file: PATH`, `run` (or `run: EXIT_CODE`), `start` and `output`; `replace: PATH: FROM -> TO` and `stop`,
 * which ends what was started, stand alone.
 *
 * @throws Error for a mark that makes no sense, so that nothing is skipped unseen
 */
export function readSteps(markdown: string): Step[] {
  const steps: Step[] = [];
  for (const [mark, kind = "", detail = "", code] of markdown.matchAll(MARK)) {
    if ((code === undefined) !== WITHOUT_BLOCK.includes(kind)) {
      throw new Error(`a mark without its block, or the other way: ${mark}`);
    }
    const last = steps.at(-1);
    if (kind === "install") steps.push({ kind, script: code ?? "" });
    else if (kind === "file") steps.push({ kind, path: detail, text: code ?? "" });
    else if (kind === "run") steps.push({ kind, script: code ?? "", exitCode: Number(detail) });
    else if (kind === "start") steps.push({ kind, script: code ?? "" });
    else if (kind === "stop") steps.push({ kind });
    else if (kind === "replace") steps.push({ kind, ...parseReplacement(detail) });
    else if (last?.kind === "run" || last?.kind === "start") last.output = code ?? "";
    else throw new Error(`an output of nothing: ${mark}`);
  }
  const marks = markdown.match(/^<!-- /gm)?.length ?? 0;
  if (marks !== [...markdown.matchAll(MARK)].length) throw new Error("a mark that is not understood");
  return steps;
}

function parseReplacement(detail: string): { path: string; from: string; to: string } {
  const [, path, from, to] = /^(\S+): (.+) -> (.+)$/.exec(detail) ?? [];
  if (path === undefined || from === undefined || to === undefined) throw new Error(`no replacement: ${detail}`);
  return { path, from, to };
}
