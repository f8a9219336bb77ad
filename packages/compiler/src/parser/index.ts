/**
 * Tokens to a syntax tree. The parser recovers: what it cannot read it reports and leaves out, and later passes
 * reject what is well formed but wrong. Start with parse-file.ts.
 */
export { parse } from "./parse-file.ts";
