/** Finds the workspace's tests and sums up what `node:test` says of them. Start with collect-results.ts. */
export { type FileResult, ResultCollector, type TestFailure } from "./collect-results.ts";
export { findTestFiles, type TestFile } from "./find-test-files.ts";
