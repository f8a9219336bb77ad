import { check } from "../fuzz-target.ts";

/** What nothing that is encoded or decoded may change. */
const GUARDED: readonly object[] = [
  Object.prototype,
  Array.prototype,
  Function.prototype,
  Uint8Array.prototype,
  globalThis,
];

/** Looking at all of them takes longer than most executions. */
const ALL_EVERY = 64;

/** Remembers what the prototypes and the global object have; returns what checks that they still have that. */
export function guardPrototypes(): () => void {
  const before = GUARDED.map((one) => Reflect.ownKeys(one).length);
  let checks = 0;
  return () => {
    const looked = checks++ % ALL_EVERY === 0 ? GUARDED : GUARDED.slice(0, 1);
    for (const [index, one] of looked.entries()) {
      check(Reflect.ownKeys(one).length === before[index], `something was added to a prototype, or global: ${index}`);
    }
  };
}
