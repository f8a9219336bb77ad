/** Files on which the compiler is known to disagree with protoc, as `corpus/path`, with the reason. Meant to be empty. */
export const knownFailures: ReadonlyMap<string, string> = new Map();
