/** What a channel is for: its address or name, and whether to encrypt. Start with parse-target.ts. */
export { chooseSecurity } from "./choose-security.ts";
export { parseTarget } from "./parse-target.ts";
export type { Target } from "./target.ts";
