/** What `npm run check` looks at, one file per check. Start with check.ts. */
export { api, updateApiRecords } from "./api.ts";
export { format, lint } from "./biome.ts";
export type { Check, CheckResult } from "./check.ts";
export { deadCode } from "./dead-code.ts";
export { layers } from "./layers.ts";
export { links } from "./links.ts";
export { names } from "./names.ts";
export { packageShape } from "./package-shape.ts";
export { promises } from "./promises.ts";
export { typeCheck } from "./type-check.ts";
export { words } from "./words.ts";
