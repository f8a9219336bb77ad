/** Rules that a schema has to obey once its options and features are known. Start with check-file.ts. */
export { checkFile } from "./check-file.ts";
