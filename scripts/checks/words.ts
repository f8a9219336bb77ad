import { createHash } from "node:crypto";
import { type Check, resultOf } from "./check.ts";
import { listFiles, type ProjectFile } from "./list-files.ts";

/** What must not stand in the project: it holds on one machine only, or sends users to a host that they did not choose. */
const PATTERNS: readonly { readonly what: string; readonly pattern: RegExp }[] = [
  { what: "path of one machine", pattern: /(?<![\w.~-])\/(?:work|root|home\/\w+|Users\/\w+)\/[\w.-]+/ },
  {
    what: "registry host",
    pattern: /\bregistry\.(?:npmjs|yarnpkg|npmmirror)\.\w+|\b(?:npm|pypi|crates|proxy)\.(?:pkg|golang|org|io)\b/,
  },
  {
    what: "registry host",
    pattern: /\bfiles\.pythonhosted\.\w+|\b(?:deb|ftp|security)\.debian\.\w+|\brepo1?\.maven\.\w+/,
  },
];

/** Words of a workplace, not of the project: the start of each one's SHA-256, so that this list is not a finding. */
const HASHES: ReadonlySet<string> = new Set([
  "c857d09db23e",
  "c70eca6b0f88",
  "7d3194f79e64",
  "60965168ce76",
  "3ea125d0bff3",
  "94a168d2da57",
  "d298391b0743",
  "b06493481529",
  "31d123108dba",
]);

/** Whether a file names a machine, a registry's host or a workplace's tools. */
export const words: Check = {
  name: "words",
  about: "no machine's paths, no registry's hosts, no workplace's tools",
  async run() {
    return resultOf((await listFiles()).map(findForbiddenWords));
  },
};

/** Each line of a file that says what the project must not say. */
export function findForbiddenWords({ path, text }: ProjectFile): string[] {
  return text.split("\n").flatMap((line, index) => {
    const place = `${path}:${index + 1}`;
    const found = PATTERNS.flatMap(({ what, pattern }) => {
      const match = pattern.exec(line);
      return match === null ? [] : [`${place}: ${what}: ${match[0]}`];
    });
    const foreign = (line.toLowerCase().match(/[a-z][a-z-]*[a-z]/g) ?? []).filter((word) => HASHES.has(hash(word)));
    return [...found, ...foreign.map((word) => `${place}: a word of the workplace: ${word}`)];
  });
}

function hash(word: string): string {
  return createHash("sha256").update(word).digest("hex").slice(0, 12);
}
