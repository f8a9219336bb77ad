import { type Signal, untilAborted } from "../core/index.ts";
import { connectSocket, parseSocketAddress } from "../net/index.ts";
import { type EventTeller, IdentityEvents } from "../observe/index.ts";
import type { TlsCredentials } from "./credentials/index.ts";
import type { ProxyChoice } from "./proxy/index.ts";
import type { Connector } from "./subchannel/index.ts";
import type { Target } from "./target/index.ts";

/** An address, with the proxy on the way to it where there is one, for people. */
export function wayThrough(proxies: ProxyChoice, address: string): string {
  const proxy = proxies.proxyFor(address);
  return proxy === undefined ? address : `${address} through the proxy ${proxy.name}`;
}

/** A target without a port is a slip more often than it means 443: what fails then says which one was taken. */
export function noteAssumedPort({ text, assumedPort }: Target, connect: Connector): Connector {
  if (assumedPort === undefined) return connect;
  return (address, signal) =>
    connect(address, signal).catch((error: unknown) => {
      // Of a list, some may have theirs, and names may be found with them.
      const isAssumed = address.endsWith(`:${assumedPort}`) && !text.includes(address);
      if (signal.aborted || !isAssumed) throw error;
      const what = error instanceof Error ? error.message : String(error);
      throw new Error(`${what} (${JSON.stringify(text)} has no port, which means ${assumedPort})`, { cause: error });
    });
}

/**
 * Connects by sockets.
 *
 * @param credentials undefined for plaintext
 */
export function createConnector(
  target: Target,
  credentials: TlsCredentials | undefined,
  proxies: ProxyChoice,
  events: EventTeller,
): Connector {
  if (credentials === undefined) {
    return (address, signal) =>
      connectSocket(parseSocketAddress(address), { proxy: proxies.proxyFor(address), signal });
  }
  const reader = credentials.createReader(new IdentityEvents(events));
  const serverName = credentials.serverName ?? target.host;
  return async (address, signal) => {
    const context = await orAborted(reader.current(), signal);
    const proxy = proxies.proxyFor(address);
    return connectSocket(parseSocketAddress(address), { tls: { context, serverName }, proxy, signal });
  };
}

/** What is waited for, unless the signal is aborted first. */
function orAborted<T>(value: T | Promise<T>, signal: Signal): T | Promise<T> {
  if (!(value instanceof Promise)) return value;
  return untilAborted(signal, (resolve, reject) => {
    value.then(resolve, reject);
    return () => {};
  });
}
