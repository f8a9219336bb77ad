/**
 * What a callback of the user's returned that nobody waits for. It may be an async function, whose failure must not end
 * the process.
 *
 * @param onRejected told what it failed with
 */
export function dropRejection(returned: unknown, onRejected: (error: unknown) => void = ignore): void {
  if (returned instanceof Promise) returned.catch(onRejected);
}

function ignore(): void {}
