/**
 * What tests share: compiling small texts, and what is found in them in a form that can be compared. Not published.
 */
export { compileText, descriptorOf, findings, type Sources } from "./compile-text.ts";
