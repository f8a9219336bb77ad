/** Gives a function that makes its value when it is called first: for constants that take time, and that not everybody needs. */
export function onFirstUse<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
