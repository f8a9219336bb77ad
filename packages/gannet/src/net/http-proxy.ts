import { splitHostPort } from "./socket-address.ts";

/** Whoever says `http://` and no port means that. */
const HTTP_PORT = 80;

/** A proxy that opens tunnels by HTTP's CONNECT (RFC 9110 §9.3.6, gRFC A1). */
export interface HttpProxy {
  readonly host: string;
  readonly port: number;
  /** `host:port`, for people: without user and password. */
  readonly name: string;
  /** The value of Proxy-Authorization; undefined where there is no user. */
  readonly authorization: string | undefined;
}

/**
 * Reads `http://host:port` or `host:port`, with `user:password@` where the proxy asks for them. The port is 80 where there
 * is none.
 *
 * @throws Error that says what is wrong, without the password
 */
export function parseHttpProxy(text: string): HttpProxy {
  const [, scheme = "http", rest = ""] = /^(?:([a-zA-Z][a-zA-Z0-9+.-]*):\/\/)?(.*)$/s.exec(text) ?? [];
  if (scheme.toLowerCase() !== "http") {
    throw new Error(`a proxy is spoken to in plain HTTP, as in http://proxy:3128, and not by ${scheme}://`);
  }
  const [, user, hostPort = ""] = /^(?:(.*)@)?([^@/?#]*)\/?$/s.exec(rest) ?? [];
  const { host = "", port = HTTP_PORT } = splitHostPort(hostPort) ?? {};
  if (host === "" || port === 0)
    throw new Error("a proxy is written as http://proxy:3128 or http://user:password@proxy:3128");
  const name = host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
  return { host, port, name, authorization: user === undefined ? undefined : basicAuthorization(user) };
}

/** RFC 7617, in UTF-8. What a URL may not have stands there in percent signs. */
function basicAuthorization(user: string): string {
  let plain: string;
  try {
    const [, name = "", password = ""] = /^([^:]*):?(.*)$/s.exec(user) ?? [];
    plain = `${decodeURIComponent(name)}:${decodeURIComponent(password)}`;
  } catch (error) {
    const what = "the user or password of a proxy has a % that is no percent encoding: write it as %25";
    throw new Error(what, { cause: error });
  }
  return `Basic ${Buffer.from(plain).toString("base64")}`;
}
