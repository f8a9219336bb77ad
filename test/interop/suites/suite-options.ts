import { parseArgs } from "node:util";

/** What a suite with other implementations is told on the command line. */
export interface SuiteOptions<P extends string> {
  /** Whether a part of the suite is to run: all do unless `--part` names some. */
  includes(part: P): boolean;
  /** `--pair SERVER,CLIENT`, for the cases of peer.proto. */
  readonly pairs: readonly string[] | undefined;
  /** `--self`: the other implementation's interop programs call each other. */
  readonly self: boolean;
}

/**
 * Reads the arguments behind a suite's name.
 *
 * @throws TypeError for one that is not known
 */
export function readSuiteOptions<P extends string>(args: readonly string[], parts: readonly P[]): SuiteOptions<P> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      part: { type: "string", multiple: true },
      pair: { type: "string", multiple: true },
      self: { type: "boolean", default: false },
    },
  });
  const unknown = values.part?.find((name) => !parts.some((part) => part === name));
  if (unknown !== undefined) throw new TypeError(`--part ${unknown}: there are ${parts.join(", ")}`);
  return {
    includes: (part) => values.part?.includes(part) ?? true,
    pairs: values.pair,
    self: values.self,
  };
}
