import { connect } from "node:http2";
import { createServer } from "../grpc-server.ts";
import type { Server } from "../server.ts";
import type { ServerOptions } from "../server-options.ts";

/** What a server answered, as Node's own HTTP/2 saw it. */
export interface NodeAnswer {
  readonly header: Readonly<Record<string, unknown>>;
  readonly trailer: Readonly<Record<string, unknown>>;
  readonly body: Buffer;
}

/** Says to a server what a client of gannet would not. */
export type Ask = (path: string, body: Uint8Array, fields?: Readonly<Record<string, string>>) => Promise<NodeAnswer>;

/** Listens with a server, and lets Node's client ask it. */
export async function withNodeClient(
  options: ServerOptions,
  add: (server: Server) => void,
  use: (ask: Ask) => Promise<void>,
): Promise<void> {
  const server = createServer(options);
  add(server);
  const { port } = await server.listen("127.0.0.1:0");
  const session = connect(`http://127.0.0.1:${port}`);
  try {
    await use(
      (path, body, fields = {}) =>
        new Promise((resolve, reject) => {
          const stream = session.request({
            ":method": "POST",
            ":path": path,
            "content-type": "application/grpc",
            te: "trailers",
            ...fields,
          });
          let header = {};
          let trailer = {};
          const pieces: Buffer[] = [];
          stream.on("response", (fields) => {
            header = fields;
          });
          stream.on("trailers", (fields) => {
            trailer = fields;
          });
          stream.on("data", (piece: Buffer) => pieces.push(piece));
          stream.on("error", reject);
          stream.on("end", () => resolve({ header, trailer, body: Buffer.concat(pieces) }));
          stream.end(body);
        }),
    );
  } finally {
    session.close();
    await server.shutdown({ graceMs: 0 });
  }
}

/** A message with its envelope. */
export function envelope(message: Uint8Array, flag = 0): Buffer {
  const head = Buffer.alloc(5);
  head[0] = flag;
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

/** The messages in a body, with their flags. */
export function messagesOf(body: Buffer): [flag: number, message: Buffer][] {
  const messages: [number, Buffer][] = [];
  for (let at = 0; at < body.length; ) {
    const end = at + 5 + body.readUInt32BE(at + 1);
    messages.push([body[at] ?? 0, body.subarray(at + 5, end)]);
    at = end;
  }
  return messages;
}
