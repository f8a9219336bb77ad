import { BlockList, isIP } from "node:net";
import { splitHostPort } from "./socket-address.ts";

/** An entry that is no address: a name, with all below it, and perhaps one port only. */
interface NameEntry {
  readonly name: string;
  readonly port: number | undefined;
}

/**
 * The hosts that are connected to without a proxy, as `no_proxy` has them: names, each with all names below it, with or without
 * a dot before it; addresses; blocks of addresses as `10.0.0.0/8`; `*` for all. A name or an address may have a port.
 */
export class NoProxyList {
  readonly #all: boolean;
  readonly #names: NameEntry[] = [];
  /** By the port that they are for; undefined for any. */
  readonly #blocks = new Map<number | undefined, BlockList>();

  /** @param text entries with commas or spaces between; what cannot be read counts for nothing */
  constructor(text: string) {
    const entries = text.toLowerCase().split(/[\s,]+/);
    this.#all = entries.includes("*");
    for (const entry of entries) if (entry !== "" && !this.#addBlock(entry)) this.#addName(entry);
  }

  /** @param host a name or an address, without brackets */
  has(host: string, port: number): boolean {
    if (this.#all) return true;
    const family = familyOf(host);
    if (family !== undefined) {
      return [undefined, port].some((one) => this.#blocks.get(one)?.check(host, family) === true);
    }
    const name = withoutLastDot(host.toLowerCase());
    return this.#names.some((entry) => {
      const isSame = name === entry.name || name.endsWith(`.${entry.name}`);
      return isSame && (entry.port === undefined || entry.port === port);
    });
  }

  #addBlock(entry: string): boolean {
    const [text = "", length] = entry.split("/");
    const { host: address, port } = isIP(text) > 0 ? { host: text } : (splitHostPort(text) ?? { host: "" });
    const family = familyOf(address);
    if (family === undefined) return length !== undefined;
    const mostBits = family === "ipv4" ? 32 : 128;
    const bits = length === undefined ? mostBits : Number(/^[0-9]+$/.exec(length)?.[0]);
    if (bits <= mostBits) {
      const blocks = this.#blocks.get(port) ?? new BlockList();
      this.#blocks.set(port, blocks);
      blocks.addSubnet(address, bits, family);
    }
    return true;
  }

  #addName(entry: string): void {
    const { host = "", port } = splitHostPort(entry) ?? {};
    const name = withoutLastDot(host.replace(/^\*?\./, ""));
    if (name !== "") this.#names.push({ name, port });
  }
}

function familyOf(host: string): "ipv4" | "ipv6" | undefined {
  const version = isIP(host);
  if (version === 0) return undefined;
  return version === 4 ? "ipv4" : "ipv6";
}

function withoutLastDot(name: string): string {
  return name.endsWith(".") ? name.slice(0, -1) : name;
}
