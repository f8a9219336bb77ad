import { callback, checkOptions, listOf, numberFrom, type OptionChecks } from "../core/index.ts";

/** Signals that ask a process to end. */
export type ShutdownSignal = "SIGTERM" | "SIGINT" | "SIGHUP";

/** How a process ends when it is asked to. */
export interface SignalOptions {
  /**
   * Milliseconds that calls have to finish. Choose less than whoever sends the signal waits before it kills: Kubernetes
   * does after 30 seconds.
   *
   * @default 25000
   */
  readonly graceMs?: number | undefined;
  /**
   * Which signals.
   *
   * @default ["SIGTERM", "SIGINT"]
   */
  readonly signals?: readonly ShutdownSignal[] | undefined;
  /**
   * Called once the servers are shut down, to close what their handlers used: channels, a database. Where it fails, so does
   * the process, with 1.
   */
  readonly onShutdown?: (() => void | Promise<void>) | undefined;
  /**
   * Milliseconds that whatever else keeps the process alive has then. `Infinity` leaves that to the program.
   *
   * @default 1000
   */
  readonly exitMs?: number | undefined;
}

/** What can be shut down: a server of gannet's, mostly. */
export interface ShutsDown {
  shutdown(options: { readonly graceMs: number }): Promise<void>;
}

const SIGNALS: readonly ShutdownSignal[] = ["SIGTERM", "SIGINT", "SIGHUP"];
const CHECKS: OptionChecks<SignalOptions> = {
  graceMs: numberFrom(0),
  signals: listOf(SIGNALS.join(", "), (item) => SIGNALS.includes(item as ShutdownSignal)),
  onShutdown: callback,
  exitMs: numberFrom(0),
};
const GRACE_MS = 25_000;
const EXIT_MS = 1_000;

/**
 * Shuts servers down when the process is asked to end. The calls that they have accepted finish, and then the process
 * ends by itself, with 0. A second signal ends it at once, as it would have without this.
 *
 * @param servers one server, or several
 * @returns stops listening for signals
 * @throws TypeError or RangeError with a code, for options that cannot be used
 */
export function shutdownOnSignals(servers: ShutsDown | readonly ShutsDown[], options: SignalOptions = {}): () => void {
  checkOptions(options, CHECKS, "shutdownOnSignals");
  const { graceMs = GRACE_MS, exitMs = EXIT_MS, signals = ["SIGTERM", "SIGINT"], onShutdown } = options;
  const all = "shutdown" in servers ? [servers] : servers;
  const stop = (): void => {
    for (const signal of signals) process.off(signal, onSignal);
  };
  const onSignal = (): void => {
    // Without a listener the next one has its usual effect.
    stop();
    // What `onShutdown` throws is the program's own: it ends the process as any rejection does that nobody handles.
    void shutDown(all, graceMs, onShutdown).then(() => {
      if (Number.isFinite(exitMs)) setTimeout(() => process.exit(), exitMs).unref();
    });
  };
  for (const signal of signals) process.on(signal, onSignal);
  return stop;
}

async function shutDown(
  servers: readonly ShutsDown[],
  graceMs: number,
  onShutdown: SignalOptions["onShutdown"],
): Promise<void> {
  await Promise.all(servers.map((server) => server.shutdown({ graceMs })));
  await onShutdown?.();
}
