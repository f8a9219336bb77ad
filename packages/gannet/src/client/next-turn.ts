/** After so many messages sent without a wait, timers, sockets and other calls get their turn. */
export const MESSAGES_PER_TURN = 64;

/** Settles in a later turn of the event loop, not just in a later microtask of this one. */
export function nextTurn(): Promise<void> {
  // Browsers have only the timer.
  const { setImmediate: immediate } = globalThis as { readonly setImmediate?: (callback: () => void) => unknown };
  return new Promise((resolve) => {
    if (immediate === undefined) setTimeout(resolve, 0);
    else immediate(resolve);
  });
}
