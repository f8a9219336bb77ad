/** The server of peer.proto, made with gannet. */
import { setTimeout as sleep } from "node:timers/promises";
import { createServer, GrpcError, type Handlers, type ServerCall } from "gannet";
import { CallNotes } from "../peer/call-notes.ts";
import { CODES } from "../peer/codes.ts";
import { Peer, type Request } from "../peer/peer_pb.ts";
import { serve } from "../peer/serve.ts";

const endedCalls = new CallNotes<"done" | "cancelled">();

const handlers: Omit<Handlers<typeof Peer>, "missing"> = {
  async unary(request, call) {
    begin(call);
    await act(request, call);
    const { text, payload } = request;
    const timeRemainingMs = Math.ceil(call.timeRemainingMs() ?? -1);
    return { text, payload: replyPayload(request), receivedBytes: payload.length, timeRemainingMs };
  },
  async *serverStream(request, call) {
    begin(call);
    for (let index = 0; request.count < 0 ? call.active : index < request.count; index++) {
      yield { text: String(index), payload: replyPayload(request) };
      if (request.count < 0) await sleep(10, undefined, { signal: call.signal });
    }
    await act(request, call);
  },
  async clientStream(requests, call) {
    begin(call);
    const texts: string[] = [];
    let receivedBytes = 0;
    for await (const request of requests) {
      await act(request, call);
      texts.push(request.text);
      receivedBytes += request.payload.length;
      if (request.answer) break;
    }
    return { text: texts.join(","), receivedBytes };
  },
  async *bidi(requests, call) {
    begin(call);
    for await (const request of requests) {
      await act(request, call);
      yield { text: request.text, payload: replyPayload(request) };
    }
    yield { text: "end" };
  },
  async ended({ text }) {
    return { text: await endedCalls.of(text) };
  },
};

/** Sends the metadata back that the client asks for, and notes how the call ends. */
function begin(call: ServerCall): void {
  for (const [key, value] of call.metadata) {
    const sent = key.startsWith("x-header") ? call.header : key.startsWith("x-trailer") ? call.trailer : undefined;
    // The type of a value goes with a key that is known.
    if (typeof value === "string") sent?.append(key, value);
    else sent?.append(key as `${string}-bin`, value);
  }
  if (call.header.has("x-header") || call.header.has("x-header-bin")) call.sendHeader();
  const name = call.metadata.get("x-call");
  if (typeof name !== "string") return;
  call.signal.addEventListener("abort", () => endedCalls.note(name, "cancelled"), { once: true });
}

/** Does what a request says besides being answered. */
async function act({ wait, cancel, fail, code, reason }: Request, call: ServerCall): Promise<void> {
  if (wait) await sleep(60_000, undefined, { signal: call.signal });
  if (cancel) call.cancel();
  if (fail) throw new Error("a bug of the handler");
  const name = CODES[code];
  if (name !== undefined && name !== "OK") throw new GrpcError(name, reason);
}

function replyPayload({ payload, replyBytes }: Request): Uint8Array {
  return replyBytes > 0 ? new Uint8Array(replyBytes) : payload;
}

await serve(async (identity) => {
  // The failing handler is one of the cases.
  const server = createServer({ onUnexpectedError: () => {} });
  server.addPartial(Peer, handlers);
  const { port } = await server.listen("127.0.0.1:0", identity === undefined ? {} : { tls: identity });
  return { port, stop: () => void server.shutdown({ graceMs: 0 }) };
});
