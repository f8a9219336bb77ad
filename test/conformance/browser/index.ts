/** The compiler in a browser: the same files there and in Node, compared byte for byte. Start with browser-suite.ts. */
export { browserSuite } from "./browser-suite.ts";
