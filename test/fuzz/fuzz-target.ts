/** What is fuzzed with bytes. */
export interface FuzzTarget {
  /** One line for the list of suites. */
  readonly summary: string;
  /** The package that is fuzzed: the runtime unless it says otherwise. */
  readonly package?: "gannet" | "compiler" | undefined;
  /** The folders of its source whose edges guide it. */
  readonly folders: readonly string[];
  /** Inputs to begin with, beside the corpus. */
  seeds(): readonly Uint8Array[];
  /** What mutation puts in: pieces of which valid inputs are made. */
  readonly pieces: readonly Uint8Array[];
  /** Makes what runs one input and throws where something is wrong with the package. Imports it. */
  prepare(): Promise<(input: Uint8Array) => void | Promise<void>>;
}

/** For what a target finds. */
export function check(isRight: boolean, what: string): void {
  if (!isRight) throw new Error(what);
}
