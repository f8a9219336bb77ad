import type { MessageInitShape } from "@bufbuild/protobuf";
import type { Metadata, MetadataInput } from "gannet";
import type { Header, HeaderSchema } from "./connectrpc/conformance/v1/service_pb.ts";

type HeaderInit = MessageInitShape<typeof HeaderSchema>;

/** Adds headers as the suite lists them: the values of a name together, bytes in base64. */
export function addHeaders(metadata: Metadata, headers: readonly Header[]): void {
  for (const { name, value: values } of headers) {
    const isBinary = name.toLowerCase().endsWith("-bin");
    for (const text of values) {
      const value = isBinary ? new Uint8Array(Buffer.from(text, "base64")) : text;
      metadata.append(name, value as MetadataInput<string>);
    }
  }
}

/** Lists metadata as the suite reads it. */
export function listHeaders(metadata: Metadata): HeaderInit[] {
  const values = new Map<string, string[]>();
  for (const [name, value] of metadata) {
    const text = typeof value === "string" ? value : Buffer.from(value).toString("base64").replace(/=+$/, "");
    const known = values.get(name);
    if (known === undefined) values.set(name, [text]);
    else known.push(text);
  }
  return [...values].map(([name, value]) => ({ name, value }));
}
