/** Doing something again whenever files change: `gannet gen --watch`. Start with watch.ts. */
export { type WatchedWork, type WatchOptions, watch } from "./watch.ts";
export { WatchScreen } from "./watch-screen.ts";
