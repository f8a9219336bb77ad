/** Keeps a promise that need not be handled, or is later, from becoming an unhandled rejection. */
export function markHandled(promise: Promise<unknown>): void {
  promise.catch(ignore);
}

function ignore(): void {}
