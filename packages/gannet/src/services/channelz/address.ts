import type { MessageInitShape } from "@bufbuild/protobuf";
import { isIpAddress, splitHostPort } from "../../net/index.ts";
import type { AddressSchema } from "../proto/grpc/channelz/v1/channelz_pb.ts";

/** An address as channelz has it, of one as gannet writes it: `203.0.113.7:443`, `unix:/run/server.sock`, `in-memory`. */
export function channelzAddress(text: string): MessageInitShape<typeof AddressSchema> {
  if (text.startsWith("unix-abstract:"))
    return { address: { case: "udsAddress", value: { filename: `@${text.slice("unix-abstract:".length)}` } } };
  if (text.startsWith("unix:"))
    return { address: { case: "udsAddress", value: { filename: text.slice("unix:".length) } } };
  const { host = "", port } = splitHostPort(text) ?? {};
  if (port === undefined || !isIpAddress(host)) return { address: { case: "otherAddress", value: { name: text } } };
  return { address: { case: "tcpipAddress", value: { ipAddress: bytesOfIp(host), port } } };
}

/** The 4 or 16 bytes of an IP address, without its zone. */
export function bytesOfIp(text: string): Uint8Array<ArrayBuffer> {
  const [address = ""] = text.split("%");
  if (!address.includes(":")) return Uint8Array.from(address.split(".").map(Number));
  const [head = "", tail] = address.split("::");
  const front = groupsOf(head);
  const back = tail === undefined ? [] : groupsOf(tail);
  const zeros = new Array<number>(Math.max(0, 16 - front.length - back.length)).fill(0);
  return Uint8Array.from([...front, ...zeros, ...back].slice(0, 16));
}

/** The bytes of groups such as `2001:db8`, and of an IPv4 address at their end. */
function groupsOf(text: string): number[] {
  if (text === "") return [];
  return text.split(":").flatMap((group) => {
    if (group.includes(".")) return group.split(".").map(Number);
    const number = Number.parseInt(group, 16);
    return [number >> 8, number & 255];
  });
}
