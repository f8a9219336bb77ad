/** A server as it stands in etcd. */
export interface RegisteredServer {
  readonly address: string;
  /** Its share of the load relative to others. */
  readonly weight: number;
}

/** The value of a server's key, as etcd's own package for gRPC in Go writes it: programs with that find it too. */
export function writeEndpointValue({ address, weight }: RegisteredServer): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ Op: 0, Addr: address, Metadata: { weight } }));
}

/** Undefined for what is no such value: one wrong key must not hide the others. */
export function readEndpointValue(value: Uint8Array): RegisteredServer | undefined {
  try {
    const read: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(value));
    if (typeof read !== "object" || read === null || !("Addr" in read)) return undefined;
    const { Addr: address } = read;
    if (typeof address !== "string" || address === "") return undefined;
    return { address, weight: readWeight("Metadata" in read ? read.Metadata : undefined) };
  } catch {
    return undefined;
  }
}

function readWeight(metadata: unknown): number {
  if (typeof metadata !== "object" || metadata === null || !("weight" in metadata)) return 1;
  const { weight } = metadata;
  return typeof weight === "number" && Number.isInteger(weight) && weight > 0 ? weight : 1;
}
