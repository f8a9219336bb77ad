import { describeValue } from "../../base/index.ts";
import { misuse } from "../../core/index.ts";
import { isIpAddress, splitHostPort } from "../../net/index.ts";
import type { Target } from "./target.ts";

/** What gRPC takes where a target has no port (grpc/doc/naming.md). */
const DEFAULT_PORT = 443;
const HTTP_PORT = 80;
const EXAMPLES =
  "such as http://localhost:50051, https://api.example.com, dns:///api.example.com:443 or unix:/tmp/server.sock";

/**
 * Reads a target: `http://`, `https://`, `dns:`, `ipv4:`, `ipv6:`, `unix:`, `unix-abstract:`, `passthrough:`, `host:port`, or
 * a scheme of the channel's own resolvers (grpc/doc/naming.md).
 *
 * @param schemes those of the channel's own resolvers
 * @throws TypeError GANNET_INVALID_ARGUMENT that says what is wrong and how it is written
 */
export function parseTarget(text: string, schemes: readonly string[] = []): Target {
  if (typeof text !== "string" || text === "") throw invalidTarget(text, `it is a text ${EXAMPLES}`);
  const scheme = /^([a-z][a-z0-9+.-]*):/.exec(text)?.[1] ?? "";
  const rest = text.slice(scheme.length + 1);
  if (schemes.includes(scheme)) return parseOwnScheme(text, scheme, rest);
  switch (scheme) {
    case "http":
    case "https":
      return parseUrl(text, scheme);
    case "dns":
      return parseDns(text, rest);
    case "ipv4":
    case "ipv6":
      return parseAddresses(text, scheme, rest);
    case "unix":
    case "unix-abstract":
      return parseUnix(text, scheme, rest);
    case "passthrough":
      return { ...parseName(text, withoutAuthority(text, rest) ?? ""), scheme };
    default:
      if (text.includes("://")) {
        const what = `nothing resolves ${text.slice(0, text.indexOf("://"))}://`;
        throw invalidTarget(text, `${what}; a target is written ${EXAMPLES}; \`resolvers\` takes what resolves others`);
      }
      return parseName(text, text);
  }
}

function parseUrl(text: string, scheme: "http" | "https"): Target {
  const [, hostPort = "", path = ""] = /^https?:\/\/([^/?#]*)(.*)$/.exec(text) ?? [];
  if (hostPort === "") throw invalidTarget(text, `a host is missing, as in ${scheme}://localhost:50051`);
  if (hostPort.includes("@")) throw invalidTarget(text, "a target has no user name or password");
  if (path !== "" && path !== "/") throw invalidTarget(text, `a target has no path, but this one has ${path}`);
  const { host, port } = readHostPort(text, hostPort);
  const endpoint = joinHostPort(host, port ?? (scheme === "http" ? HTTP_PORT : DEFAULT_PORT));
  const security = scheme === "http" ? "plaintext" : "tls";
  const target: Target = { text, scheme: "dns", endpoint, security, isSecurityFixed: true, authority: hostPort, host };
  return scheme === "http" && port === undefined ? { ...target, assumedPort: HTTP_PORT } : target;
}

function parseDns(text: string, rest: string): Target {
  const [, nameServer = "", named] = /^\/\/([^/]*)\/(.+)$/.exec(rest) ?? [];
  if (nameServer === "" || named === undefined) return parseName(text, withoutAuthority(text, rest) ?? "");
  const { host } = splitHostPort(nameServer) ?? { host: nameServer };
  if (!isIpAddress(host)) {
    throw invalidTarget(text, `${nameServer} is no address of a name server, such as 192.0.2.1 or 192.0.2.1:53`);
  }
  return { ...parseName(text, named), nameServer };
}

function parseName(text: string, name: string): Target {
  const { host, port } = readHostPort(text, name);
  const endpoint = joinHostPort(host, port ?? DEFAULT_PORT);
  const target: Target = {
    text,
    scheme: "dns",
    endpoint,
    security: undefined,
    isSecurityFixed: false,
    authority: name,
    host,
  };
  return port === undefined ? { ...target, assumedPort: DEFAULT_PORT } : target;
}

function parseAddresses(text: string, scheme: "ipv4" | "ipv6", rest: string): Target {
  const list = withoutAuthority(text, rest) ?? "";
  let isPortAssumed = false;
  const addresses = list.split(",").map((address) => {
    const { host, port } = readHostPort(text, address);
    if (host.includes(":") !== (scheme === "ipv6") || !/^[0-9a-fA-F:.%]/.test(host)) {
      throw invalidTarget(text, `${address} is no ${scheme === "ipv4" ? "IPv4" : "IPv6"} address`);
    }
    isPortAssumed ||= port === undefined;
    return { host, endpoint: joinHostPort(host, port ?? DEFAULT_PORT) };
  });
  const first = addresses[0] ?? { host: "", endpoint: "" };
  const endpoint = addresses.map((address) => address.endpoint).join(",");
  const { host, endpoint: authority } = first;
  const target: Target = { text, scheme, endpoint, security: undefined, isSecurityFixed: false, authority, host };
  return isPortAssumed ? { ...target, assumedPort: DEFAULT_PORT } : target;
}

function parseUnix(text: string, scheme: "unix" | "unix-abstract", rest: string): Target {
  const path = rest.startsWith("//") ? withoutAuthority(text, rest, true) : rest;
  if (path === undefined || path === "") {
    const what =
      scheme === "unix"
        ? "a path is missing, as in unix:/tmp/server.sock"
        : "a name is missing, as in unix-abstract:server";
    throw invalidTarget(text, what);
  }
  if (path.includes("\0")) throw invalidTarget(text, "there is a null byte in it");
  const fixed = { security: "plaintext", isSecurityFixed: false, authority: "localhost", host: "localhost" } as const;
  return { text, scheme, endpoint: path, ...fixed };
}

function parseOwnScheme(text: string, scheme: string, rest: string): Target {
  const endpoint = /^(?:\/\/[^/]*\/)?(.*)$/.exec(rest)?.[1] ?? rest;
  const host = splitHostPort(endpoint)?.host ?? endpoint;
  return { text, scheme, endpoint, security: undefined, isSecurityFixed: false, authority: endpoint, host };
}

/** What stands behind `//authority/`, which has to be empty. Undefined where it is not. */
function withoutAuthority(text: string, rest: string, keepSlash = false): string | undefined {
  if (!rest.startsWith("//")) return rest;
  if (!rest.startsWith("///")) return undefined;
  const path = rest.slice(keepSlash ? 2 : 3);
  if (path === "") throw invalidTarget(text, "it has no name or address");
  return path;
}

function readHostPort(text: string, hostPort: string): { readonly host: string; readonly port: number | undefined } {
  const parts = splitHostPort(hostPort);
  if (parts === undefined)
    throw invalidTarget(text, `${JSON.stringify(hostPort)} is no host and port; a target is written ${EXAMPLES}`);
  if (parts.host === "") throw invalidTarget(text, "a host is missing, as in localhost:50051");
  if (parts.port === 0) throw invalidTarget(text, "port 0 cannot be connected to");
  return parts;
}

function joinHostPort(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

function invalidTarget(text: string, hint: string): TypeError {
  return misuse(
    TypeError,
    "GANNET_INVALID_ARGUMENT",
    `the target ${typeof text === "string" ? JSON.stringify(text) : describeValue(text)} cannot be used: ${hint}`,
  );
}
