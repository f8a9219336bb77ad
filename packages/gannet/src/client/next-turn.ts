/** After so many messages sent without a wait, timers, sockets and other calls get their turn. */
export const MESSAGES_PER_TURN = 64;

/** Calls back in a later turn of the event loop, not just in a later microtask of this one. */
export function inNextTurn(callback: () => void): void {
  // Browsers have only the timer.
  const { setImmediate: immediate } = globalThis as { readonly setImmediate?: (callback: () => void) => unknown };
  if (immediate === undefined) setTimeout(callback, 0);
  else immediate(callback);
}
