import { connect, type Socket } from "node:net";
import { domainToASCII } from "node:url";
import { type Signal, untilAborted } from "../core/index.ts";
import { describeSocketError } from "./describe-error.ts";
import type { HttpProxy } from "./http-proxy.ts";
import { formatHostPort } from "./socket-address.ts";
import type { SocketReads } from "./socket-reads.ts";

/** The most that a proxy may say before the tunnel is open, 1xx answers included. */
const MAX_ANSWER_BYTES = 16 * 1024;
const NOTHING = new Uint8Array(0);

/** Where a tunnel is to lead, and what reads from it then. */
export interface TunnelOptions {
  readonly host: string;
  readonly port: number;
  /** Where the socket's reads go; undefined where it makes chunks of its own, for TLS. */
  readonly reads: SocketReads | undefined;
  /** Gives up when aborted; the promise rejects with its reason. */
  readonly signal: Signal | undefined;
}

/**
 * Asks a proxy for a tunnel (RFC 9110 §9.3.6). What comes through it is still to be read, its first bytes too where they came
 * together with the answer. The proxy finds the host: its name is not looked up here.
 *
 * @throws Error that says why there is none, the proxy's answer included
 */
export function openTunnel(proxy: HttpProxy, { host, port, reads, signal }: TunnelOptions): Promise<Socket> {
  return untilAborted(signal, (resolve, reject) => {
    const request = connectRequest(proxy, host, port);
    const { host: proxyHost, port: proxyPort } = proxy;
    const to = { host: proxyHost, port: proxyPort, noDelay: true };
    const socket = connect(reads === undefined ? to : { ...to, onread: reads });
    const answer = new TunnelAnswer(proxy);
    const onBytes = (chunk: Uint8Array) => {
      let rest: Uint8Array | undefined;
      try {
        rest = answer.read(chunk);
      } catch (error) {
        reject(error);
        return;
      }
      if (rest === undefined) return;
      socket.off("data", onBytes);
      if (reads !== undefined) {
        reads.put(rest);
      } else {
        socket.pause();
        if (rest.length > 0) socket.unshift(rest);
      }
      resolve(socket);
    };
    const onConnect = () => {
      if (reads === undefined) socket.on("data", onBytes);
      else reads.listen(onBytes);
      socket.write(request);
      socket.resume();
    };
    const onError = (error: Error) => reject(proxyError(error));
    const onClose = () =>
      reject(new Error(`it closed the connection ${answer.isEmpty ? "without an" : "within its"} answer`));
    socket.on("connect", onConnect).on("error", onError).on("close", onClose);
    return (isOpen) => {
      socket.off("error", onError).off("close", onClose).off("connect", onConnect).off("data", onBytes);
      if (isOpen) return;
      reads?.put(NOTHING);
      socket.on("error", () => {});
      socket.destroy();
    };
  });
}

/** @throws Error for a host that cannot be written */
function connectRequest({ authorization }: HttpProxy, host: string, port: number): string {
  const ascii = host.includes(":") ? host : domainToASCII(host);
  if (ascii === "") throw new Error(`${JSON.stringify(host)} is no name that a proxy can be asked for`);
  const authority = formatHostPort(ascii, port);
  const lines = [`CONNECT ${authority} HTTP/1.1`, `Host: ${authority}`];
  if (authorization !== undefined) lines.push(`Proxy-Authorization: ${authorization}`);
  return `${lines.join("\r\n")}\r\n\r\n`;
}

function proxyError(error: Error): Error {
  const code = "code" in error ? error.code : undefined;
  const hint = code === "ECONNREFUSED" ? ": nothing listens there; does the proxy run, and is its port right?" : "";
  return new Error(`${describeSocketError(error)}${hint}`, { cause: error });
}

/** What a proxy answers, until it is all there. */
class TunnelAnswer {
  readonly #proxy: HttpProxy;
  #bytes: Buffer = Buffer.alloc(0);
  /** How much there was already, of answers that were passed over too. */
  #readBytes = 0;

  constructor(proxy: HttpProxy) {
    this.#proxy = proxy;
  }

  get isEmpty(): boolean {
    return this.#readBytes === 0;
  }

  /**
   * Takes what came. Undefined where more is to come, else what is behind the answer, of the tunnel already.
   *
   * @throws Error where the answer is that there is no tunnel, or none of HTTP's
   */
  read(chunk: Uint8Array): Uint8Array | undefined {
    const isFirst = this.#readBytes === 0;
    this.#readBytes += chunk.length;
    const from = Math.max(0, this.#bytes.length - 3);
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    if (isFirst || this.#bytes.length <= PREFIX.length) checkPrefix(this.#bytes);
    for (let searchFrom = from; ; searchFrom = 0) {
      const end = this.#bytes.indexOf("\r\n\r\n", searchFrom);
      if (end < 0) {
        if (this.#readBytes > MAX_ANSWER_BYTES)
          throw new Error(`its answer does not end within ${MAX_ANSWER_BYTES} bytes`);
        return undefined;
      }
      const isOpen = this.#readHead(this.#bytes.toString("latin1", 0, end));
      this.#bytes = this.#bytes.subarray(end + 4);
      if (isOpen) return this.#bytes;
    }
  }

  /** True for a tunnel, false for an answer that another follows. */
  #readHead(head: string): boolean {
    const line = head.split("\r\n", 1)[0] ?? "";
    const [, code = ""] = /^HTTP\/1\.[01] ([1-9][0-9]{2})(?: |$)/.exec(line) ?? [];
    const shown = printable(line);
    if (code === "") throw new Error(`it answers ${shown}, which is no HTTP/1`);
    if (code.startsWith("2")) return true;
    // Upgrading has no meaning here.
    if (code.startsWith("1") && code !== "101") return false;
    throw new Error(`${this.#reasonOf(code)}: ${shown}`);
  }

  #reasonOf(code: string): string {
    const { name, authorization } = this.#proxy;
    if (code === "407") {
      return authorization === undefined
        ? `it asks for a user and password, as in http://user:password@${name}`
        : "it does not take our user and password";
    }
    if (code === "403") return "it does not allow that";
    return code.startsWith("5") ? "it could not connect" : "it opened no tunnel";
  }
}

const PREFIX = "HTTP/1.";

/** @throws Error for what cannot become an answer of HTTP/1 */
function checkPrefix(bytes: Buffer): void {
  const start = bytes.toString("latin1", 0, Math.min(bytes.length, PREFIX.length));
  if (PREFIX.startsWith(start)) return;
  if (bytes[0] === 0x15 || bytes[0] === 0x16) throw new Error("it speaks TLS, and is spoken to in plain HTTP only");
  throw new Error(`it is no HTTP proxy: it begins with ${printable(bytes.toString("latin1", 0, 40))}`);
}

function printable(text: string): string {
  const short = text.length > 100 ? `${text.slice(0, 100)}…` : text;
  return JSON.stringify(short.replace(/[^\x20-\x7e…]/g, "?"));
}
