import type { Connector } from "./connector.ts";
import { type ConnectionSettings, SubchannelConnection } from "./subchannel-connection.ts";

/**
 * Connects to the first of `addresses` that can be reached and speaks HTTP/2: its settings have come.
 *
 * @param wayTo an address, with what is on the way to it, for people
 * @throws Error that says for each address what failed, or the signal's reason once that is aborted
 */
export async function openConnection(
  addresses: readonly string[],
  connect: Connector,
  settings: ConnectionSettings,
  wayTo: (address: string) => string,
  signal: AbortSignal,
): Promise<SubchannelConnection> {
  const failures: Error[] = [];
  for (const address of addresses) {
    try {
      const pipe = await connect(address, signal);
      return await shakeHands(wayTo(address), signal, (onEnd) => new SubchannelConnection(pipe, settings, onEnd));
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      failures.push(error instanceof Error ? error : new Error(String(error)));
    }
  }
  const [first] = failures;
  if (first !== undefined && failures.length === 1) throw first;
  throw new AggregateError(failures, failures.map(({ message }) => message).join("; "));
}

function shakeHands(
  where: string,
  signal: AbortSignal,
  open: (onEnd: (failure: string | undefined) => void) => SubchannelConnection,
): Promise<SubchannelConnection> {
  return new Promise((resolve, reject) => {
    const onAbort = () => connection.close("the attempt to connect took too long");
    const connection = open((failure) => {
      signal.removeEventListener("abort", onAbort);
      if (failure === undefined) resolve(connection);
      else reject(new Error(`connect to ${where}: ${failure}`));
    });
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) onAbort();
  });
}
