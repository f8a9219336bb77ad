import type { FeatureTable } from "../features/index.ts";
import type { LinkedFile, Pool } from "../linker/index.ts";

/** What interpreting the options of a file needs to know. */
export interface OptionContext {
  readonly pool: Pool;
  readonly file: LinkedFile;
  readonly features: FeatureTable;
}
