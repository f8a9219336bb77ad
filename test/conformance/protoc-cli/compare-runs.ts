import type { CliCase, CliRun } from "./cli-case.ts";

/** What is not as it should be of the two runs of a case: a line each, none where all is. */
export function compareRuns(one: CliCase, theirs: CliRun, ours: CliRun): string[] {
  const expected = one.ok ?? true;
  if (theirs.ok !== expected)
    return [`protoc ${theirs.ok ? "succeeds" : "fails"}, which the case does not say: ${theirs.stderr.trim()}`];
  const differences = listDifferences(one, theirs, ours);
  if (one.difference === undefined) return differences;
  return differences.length > 0 ? [] : [`both agree, although ${one.difference}`];
}

function listDifferences(one: CliCase, theirs: CliRun, ours: CliRun): string[] {
  const compare = one.compare ?? ["files", "stdout", "stderr"];
  const found: string[] = [];
  if (ours.ok !== theirs.ok) found.push(`ours ${ours.ok ? "succeeds" : "fails"}: ${ours.stderr.trim()}`);
  if (compare.includes("stdout") && !ours.stdout.equals(theirs.stdout))
    found.push(`standard output: ours is ${preview(ours.stdout)}, protoc's ${preview(theirs.stdout)}`);
  if (compare.includes("stderr") && (ours.stderr === "") !== (theirs.stderr === ""))
    found.push(`standard error: ours is ${JSON.stringify(ours.stderr)}, protoc's ${JSON.stringify(theirs.stderr)}`);
  if (!compare.includes("files")) return found;
  for (const path of new Set([...theirs.written.keys(), ...ours.written.keys()])) {
    const [our, their] = [ours.written.get(path), theirs.written.get(path)];
    if (our === undefined || their === undefined)
      found.push(`${path}: written by ${our === undefined ? "protoc" : "us"} only`);
    else if (!our.equals(their)) found.push(`${path}: ours is ${preview(our)}, protoc's ${preview(their)}`);
  }
  return found;
}

function preview(bytes: Buffer): string {
  const isText = bytes.every((byte) => byte === 10 || (byte >= 32 && byte < 127));
  return isText ? JSON.stringify(bytes.toString().slice(0, 1000)) : bytes.toString("hex").slice(0, 1000);
}
