/**
 * Source info: where each element stands in the text, and the comments around it. Start with source-info.ts; which
 * comment belongs to what is decided in comments.ts.
 */
export { encodedSourceInfo } from "./encoded-source-info.ts";
export { createSourceInfo } from "./source-info.ts";
