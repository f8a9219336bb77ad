/** Causes of disagreements that are known, with the reason for each. Meant to be empty. */
export const knownDisagreements: ReadonlyMap<string, string> = new Map();
