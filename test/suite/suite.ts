/** Cases that run together under a name: what others wrote or decide, or what is made up at random. */
export interface Suite {
  /** One line for the list of suites. */
  readonly summary: string;
  /** Runs it with the arguments behind its name. Resolves to whether all that was expected ran and passed. */
  run(args: readonly string[]): Promise<boolean>;
}
