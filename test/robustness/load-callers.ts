import { create, type DescMessage, fromBinary, type MessageShape, toBinary } from "@bufbuild/protobuf";
import { credentials, makeClientConstructor, type ServiceError } from "@grpc/grpc-js";
import { createChannel, createClient, insecure } from "gannet";
import type { Kind } from "./kinds.ts";
import { type Ping, PingSchema, Probe } from "./probe_pb.ts";

/** Messages in each direction that streams. */
const MESSAGES = 3;

/** Makes calls of every kind over one library: each with a number, of which the replies are copies. */
export interface LoadCaller {
  /** Settles with the number of replies, all of which had the number of the call. */
  call(kind: Kind, n: number): Promise<number>;
  close(): Promise<void>;
}

/** Calls with gannet. */
export function createGannetCaller(target: string): LoadCaller {
  const channel = createChannel(target, { credentials: insecure() });
  const client = createClient(Probe, channel);
  return {
    async call(kind, n) {
      if (kind === "unary") return countCopies([await client.unary({ n })], n);
      if (kind === "serverStream") return countCopies(await collect(client.serverStream({ n })), n);
      if (kind === "clientStream") return countCopies([await client.clientStream(copies(n))], n);
      return countCopies(await collect(client.bidi(copies(n))), n);
    },
    close: () => channel.close(),
  };
}

/** Calls with `@grpc/grpc-js`. */
export function createGrpcJsCaller(target: string): LoadCaller {
  const methods = Object.fromEntries(
    Probe.methods.map((method) => [
      method.localName,
      {
        path: `/${Probe.typeName}/${method.name}`,
        requestStream: method.methodKind === "client_streaming" || method.methodKind === "bidi_streaming",
        responseStream: method.methodKind === "server_streaming" || method.methodKind === "bidi_streaming",
        ...codecOf(PingSchema),
      },
    ]),
  );
  const client = new (makeClientConstructor(methods, Probe.typeName))(target, credentials.createInsecure());
  const start = client as unknown as Record<Kind, (...values: unknown[]) => GrpcJsCall>;
  return {
    async call(kind, n) {
      const replies: Ping[] = [];
      await new Promise<void>((resolve, reject) => {
        const onReply = (error: ServiceError | null, reply?: Ping): void => {
          if (error !== null) reject(error);
          else resolve();
          if (reply !== undefined) replies.push(reply);
        };
        const isReplySingle = kind === "unary" || kind === "clientStream";
        const isRequestSingle = kind === "unary" || kind === "serverStream";
        const values = [...(isRequestSingle ? [create(PingSchema, { n })] : []), ...(isReplySingle ? [onReply] : [])];
        const call = start[kind].call(client, ...values);
        if (!isReplySingle) call.on("data", (reply) => replies.push(reply as Ping)).on("end", () => resolve());
        call.on("error", reject);
        if (isRequestSingle) return;
        for (const ping of copies(n)) call.write(create(PingSchema, ping));
        call.end();
      });
      return countCopies(replies, n);
    },
    close: () => Promise.resolve(client.close()),
  };
}

/** What is used of the four kinds of calls of grpc-js. */
interface GrpcJsCall {
  on(event: string, listener: (value: unknown) => void): GrpcJsCall;
  write(message: object): void;
  end(): void;
}

function codecOf<D extends DescMessage>(schema: D) {
  const serialize = (message: MessageShape<D>): Buffer => Buffer.from(toBinary(schema, message));
  const deserialize = (bytes: Buffer): MessageShape<D> => fromBinary(schema, bytes);
  return {
    requestSerialize: serialize,
    requestDeserialize: deserialize,
    responseSerialize: serialize,
    responseDeserialize: deserialize,
  };
}

function copies(n: number): { readonly n: number }[] {
  return Array.from({ length: MESSAGES }, () => ({ n }));
}

function countCopies(replies: readonly { readonly n: number }[], n: number): number {
  if (replies.some((reply) => reply.n !== n)) throw new Error(`a reply of another call came to call ${n}`);
  return replies.length;
}

async function collect<T>(replies: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const reply of replies) all.push(reply);
  return all;
}
