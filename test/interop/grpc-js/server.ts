/** The server of peer.proto, made with grpc-js. */
import type { EventEmitter } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import {
  Metadata,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServerReadableStream,
  type ServerUnaryCall,
  type ServerWritableStream,
  type sendUnaryData,
  status,
} from "@grpc/grpc-js";
import { CallNotes } from "../peer/call-notes.ts";
import type { Request } from "../peer/peer_pb.ts";
import type { PeerReply } from "../peer/peer-client.ts";
import { serve } from "../peer/serve.ts";
import { loadPeer } from "./load-peer.ts";

type Sent = Partial<PeerReply>;
type Call =
  | ServerUnaryCall<Request, Sent>
  | ServerReadableStream<Request, Sent>
  | ServerWritableStream<Request, Sent>
  | ServerDuplexStream<Request, Sent>;

const endedCalls = new CallNotes<"done" | "cancelled">();

const handlers = {
  async Unary(call: ServerUnaryCall<Request, Sent>, answer: sendUnaryData<Sent>) {
    const trailer = begin(call);
    const { text, payload } = call.request;
    const deadline = call.getDeadline();
    const timeRemainingMs = deadline === Number.POSITIVE_INFINITY ? -1 : Number(deadline) - Date.now();
    if (call.request.wait) return;
    try {
      act(call.request);
      const reply = { text, payload: replyPayload(call.request), receivedBytes: payload.length, timeRemainingMs };
      answer(null, reply, trailer);
    } catch (error) {
      answer(withTrailer(error, trailer));
    }
  },
  async ServerStream(call: ServerWritableStream<Request, Sent>) {
    const trailer = begin(call);
    const { count } = call.request;
    for (let index = 0; count < 0 ? !call.cancelled : index < count; index++) {
      call.write({ text: String(index), payload: replyPayload(call.request) });
      if (count < 0) await sleep(10);
    }
    endBy(call, trailer, () => act(call.request));
  },
  ClientStream(call: ServerReadableStream<Request, Sent>, answer: sendUnaryData<Sent>) {
    const trailer = begin(call);
    const texts: string[] = [];
    let receivedBytes = 0;
    let answered = false;
    call.on("error", () => {});
    call.on("data", (request: Request) => {
      if (answered) return;
      if (request.wait) {
        answered = true;
        return;
      }
      try {
        act(request);
      } catch (error) {
        answered = true;
        answer(withTrailer(error, trailer));
        return;
      }
      texts.push(request.text);
      receivedBytes += request.payload.length;
      if (request.answer) finish();
    });
    call.on("end", finish);

    function finish(): void {
      if (answered) return;
      answered = true;
      answer(null, { text: texts.join(","), receivedBytes }, trailer);
    }
  },
  Bidi(call: ServerDuplexStream<Request, Sent>) {
    const trailer = begin(call);
    let ended = false;
    call.on("error", () => {});
    call.on("data", (request: Request) => {
      if (ended) return;
      if (request.wait) {
        ended = true;
        return;
      }
      try {
        act(request);
        call.write({ text: request.text, payload: replyPayload(request) });
      } catch (error) {
        ended = true;
        call.emit("error", withTrailer(error, trailer));
      }
    });
    call.on("end", () => {
      if (ended) return;
      call.write({ text: "end" });
      call.end(trailer);
    });
  },
  async Ended(call: ServerUnaryCall<Request, Sent>, answer: sendUnaryData<Sent>) {
    answer(null, { text: await endedCalls.of(call.request.text) });
  },
};

/** Sends the metadata back that the client asks for, and notes how the call ends. Returns the trailer. */
function begin(call: Call): Metadata {
  const header = new Metadata();
  const trailer = new Metadata();
  for (const key of Object.keys(call.metadata.getMap())) {
    const target = key.startsWith("x-header") ? header : key.startsWith("x-trailer") ? trailer : undefined;
    for (const value of call.metadata.get(key)) target?.add(key, value);
  }
  if (Object.keys(header.getMap()).length > 0) call.sendMetadata(header);
  const name = call.metadata.get("x-call")[0];
  const events: EventEmitter = call;
  if (typeof name === "string") events.on("cancelled", () => endedCalls.note(name, "cancelled"));
  return trailer;
}

/** Does what a request says besides being answered. grpc-js cannot cancel a call from here: it is the status. */
function act({ cancel, fail, code, reason }: Request): void {
  if (cancel) throw statusError(status.CANCELLED, "");
  if (fail) throw new Error("a bug of the handler");
  if (code !== 0) throw statusError(code, reason);
}

/** The error as grpc-js ends a call with it. */
function withTrailer(error: unknown, metadata: Metadata): Error & { metadata: Metadata } {
  return Object.assign(error instanceof Error ? error : new Error(String(error)), { metadata });
}

function statusError(code: number, details: string): Error {
  return Object.assign(new Error(details), { code, details });
}

function endBy(call: ServerWritableStream<Request, Sent>, trailer: Metadata, last: () => void): void {
  try {
    last();
    call.end(trailer);
  } catch (error) {
    call.emit("error", withTrailer(error, trailer));
  }
}

function replyPayload({ payload, replyBytes }: Request): Uint8Array {
  return replyBytes > 0 ? Buffer.alloc(replyBytes) : payload;
}

await serve(
  (identity) =>
    new Promise((resolve, reject) => {
      const server = new Server();
      server.addService(loadPeer().Peer.service, handlers);
      const credentials =
        identity === undefined
          ? ServerCredentials.createInsecure()
          : ServerCredentials.createSsl(null, [
              { cert_chain: Buffer.from(identity.cert), private_key: Buffer.from(identity.key) },
            ]);
      server.bindAsync("127.0.0.1:0", credentials, (error, port) => {
        if (error === null) resolve({ port, stop: () => server.forceShutdown() });
        else reject(error);
      });
    }),
);
