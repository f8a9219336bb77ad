import { describeValue } from "../base/index.ts";
import { misuse } from "../core/index.ts";

/** Where a socket connects to or listens at. */
export type SocketAddress =
  | { readonly kind: "tcp"; readonly host: string; readonly port: number }
  /** A path that begins with a null byte is a name in Linux's abstract namespace (unix(7)). */
  | { readonly kind: "unix"; readonly path: string };

const ABSTRACT = "unix-abstract:";

/**
 * Reads `host:port`, `[2001:db8::1]:port`, `:port` (all interfaces), `unix:path`, `unix:///path` or `unix-abstract:name`.
 *
 * @throws TypeError GANNET_INVALID_ARGUMENT for any other text
 */
export function parseSocketAddress(text: string): SocketAddress {
  if (typeof text !== "string" || text === "") throw invalidAddress(text, hintOf(text));
  if (text.startsWith(ABSTRACT)) {
    const name = text.slice(ABSTRACT.length);
    if (name === "") throw invalidAddress(text, "a name is missing, as in unix-abstract:server");
    if (name.includes("\0")) throw invalidAddress(text, "a name has no null byte");
    return { kind: "unix", path: `\0${name}` };
  }
  if (text.startsWith("unix:")) {
    const path = text.slice("unix:".length).replace(/^\/\/(?=\/)/, "");
    if (path === "") throw invalidAddress(text, "a path is missing, as in unix:/tmp/server.sock");
    return { kind: "unix", path };
  }
  const parts = splitHostPort(text);
  if (parts === undefined) throw invalidAddress(text, hintOf(text));
  if (parts.port === undefined) throw invalidAddress(text, missingPartOf(parts.host));
  return { kind: "tcp", host: parts.host, port: parts.port };
}

/**
 * Takes `host:port`, `host`, `[address]:port`, `[address]` or a bare IPv6 address apart; undefined where it is none of
 * them. The port is undefined where there is none.
 */
export function splitHostPort(text: string): { readonly host: string; readonly port: number | undefined } | undefined {
  const colons = text.split(":").length - 1;
  if (colons > 1 && !text.startsWith("["))
    return isIpv6(text) && !text.endsWith(":") ? { host: text, port: undefined } : undefined;
  const match = /^(?:\[([0-9a-fA-F:.%a-z]+)\]|([^[\]:/?#@\s]*))(?::([0-9]{1,5}))?$/.exec(text);
  if (match === null) return undefined;
  const port = match[3] === undefined ? undefined : Number(match[3]);
  if (port !== undefined && port > 65535) return undefined;
  return { host: match[1] ?? match[2] ?? "", port };
}

/** Whether a host is an address already, and no name. */
export function isIpAddress(host: string): boolean {
  return isIpv4(host) || isIpv6(host);
}

/** The text that `parseSocketAddress` reads back. */
export function formatSocketAddress(address: SocketAddress): string {
  if (address.kind === "tcp") return formatHostPort(address.host, address.port);
  return isAbstract(address) ? ABSTRACT + address.path.slice(1) : `unix:${address.path}`;
}

/**
 * The path of a unix socket, for node:net.
 *
 * @throws Error for an abstract name where the system has none
 */
export function unixPathOf(address: SocketAddress & { readonly kind: "unix" }): string {
  if (isAbstract(address) && process.platform !== "linux") {
    throw new Error(
      `${formatSocketAddress(address)}: only Linux has abstract sockets, and this is ${process.platform}`,
    );
  }
  return address.path;
}

function isAbstract({ path }: SocketAddress & { readonly kind: "unix" }): boolean {
  return path.startsWith("\0");
}

/** `host:port`, with brackets around an IPv6 address. */
export function formatHostPort(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

function isIpv4(host: string): boolean {
  return /^(?:[0-9]{1,3}\.){3}[0-9]{1,3}$/.test(host) && host.split(".").every((part) => Number(part) <= 255);
}

function isIpv6(host: string): boolean {
  return host.split(":").length > 2 && /^[0-9a-fA-F:]+(?:[0-9.]+)?(?:%[0-9a-zA-Z._-]+)?$/.test(host);
}

/** How to write what was perhaps meant. */
function hintOf(value: unknown): string {
  if (typeof value === "number") {
    return `it is a text, such as ":${value}" for all interfaces or "127.0.0.1:${value}" for this machine only`;
  }
  if (typeof value !== "string" || value === "")
    return 'it is a text such as "127.0.0.1:50051" or "unix:/tmp/server.sock"';
  const [, scheme = "", rest = ""] = /^([a-z]+):\/\/([^/]*)/.exec(value) ?? [];
  if (scheme !== "") return `leave ${scheme}:// out, as in ${rest.includes(":") ? rest : `${rest}:50051`}`;
  if (/:[0-9]{5,}$/.test(value)) return "a port is a number from 0 to 65535";
  return "an IPv6 address with a port is written as [::1]:50051";
}

function missingPartOf(host: string): string {
  if (/^[0-9]+$/.test(host)) return `a host is missing, as in 127.0.0.1:${host}, or :${host} for all interfaces`;
  return "a port is missing, as in 127.0.0.1:50051";
}

function invalidAddress(value: unknown, hint: string): TypeError {
  const shown = typeof value === "string" ? JSON.stringify(value) : describeValue(value);
  return misuse(TypeError, "GANNET_INVALID_ARGUMENT", `${shown} is no address: ${hint}`);
}
