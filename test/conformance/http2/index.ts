/** HTTP/2 and HPACK held against the suites of others. Start with http2-suite.ts. */
export { http2Suite } from "./http2-suite.ts";
