/** Cases that are known to fail, as `section › case` with the reason. One that passes fails the run. Meant to be empty. */
export const knownFailures: ReadonlyMap<string, string> = new Map();
