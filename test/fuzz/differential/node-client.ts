import { once } from "node:events";
import { connect, type IncomingHttpHeaders } from "node:http2";
import { createServer } from "gannet";
import { Post } from "../../simulation/post_pb.ts";
import { compareBodies, compareFields, headersOf, piecesOf, readLetters } from "./node-messages.ts";
import { disturb, type SessionPlan, type StreamPlan } from "./session-plan.ts";

const MAX_HEADER_BYTES = 200_000;

/** node:http2 calls a server of gannet's, whose method sends back what comes. Gives what went wrong. */
export async function callFromNode(plan: SessionPlan): Promise<string[]> {
  const problems: string[] = [];
  const server = createServer({
    http2: {
      streamWindowBytes: plan.streamWindowBytes,
      connectionWindowBytes: plan.connectionWindowBytes,
      maxHeaderListBytes: MAX_HEADER_BYTES,
    },
    maxMetadataBytes: MAX_HEADER_BYTES,
    // It pings for the sake of pings.
    keepalive: { minClientIntervalMs: 0, permitWithoutCalls: true },
    onEvent({ name, fields }) {
      if (name === "http2-violation") problems.push(`gannet's server: ${String(fields["message"])}`);
    },
  }).addPartial(Post, {
    async *bidi(letters, call) {
      for (const [name, value] of call.metadata) {
        if (!name.startsWith("x-field") || typeof value !== "string") continue;
        call.header.set(name, value);
        call.trailer.set(name, value);
      }
      for await (const letter of letters) yield letter;
    },
  });
  const { port } = await server.listen("127.0.0.1:0");
  const session = connect(`http://127.0.0.1:${port}`, {
    settings: { ...plan.settings[0], maxHeaderListSize: MAX_HEADER_BYTES, enablePush: false },
    paddingStrategy: plan.paddingStrategy,
    maxSendHeaderBlockLength: MAX_HEADER_BYTES,
  } as Parameters<typeof connect>[1]);
  session.on("error", (error) => problems.push(`node's session: ${error.message}`));
  session.on("goaway", (code) => {
    if (code !== 0) problems.push(`node was told GOAWAY ${code}`);
  });
  try {
    await once(session, "connect");
    const calls = plan.streams.map(async (stream, index) => {
      const headers = {
        ":method": "POST",
        ":path": "/simulation.Post/Bidi",
        "content-type": "application/grpc",
        te: "trailers",
        ...headersOf(stream),
      };
      const request = session.request(headers, { weight: 1 + index * 40, exclusive: index % 2 === 1 });
      problems.push(...(await exchange(request, stream, `stream ${index}`)));
    });
    await Promise.all([...calls, disturb(session, plan)]);
  } catch (error) {
    problems.push(`node's client: ${error instanceof Error ? error.stack : String(error)}`);
  } finally {
    session.destroy();
    await server.shutdown({ graceMs: 0 });
  }
  return problems;
}

async function exchange(
  request: ReturnType<ReturnType<typeof connect>["request"]>,
  stream: StreamPlan,
  what: string,
): Promise<string[]> {
  let header: IncomingHttpHeaders = {};
  let trailer: IncomingHttpHeaders = {};
  request.on("response", (fields) => {
    header = fields;
  });
  request.on("trailers", (fields: IncomingHttpHeaders) => {
    trailer = fields;
  });
  const sending = (async () => {
    for (const body of stream.requests) {
      for (const piece of piecesOf(body, stream.pieceBytes)) {
        if (!request.write(piece)) await once(request, "drain");
      }
    }
    request.end();
  })();
  const [letters] = await Promise.all([readLetters(request), sending]);
  return [
    trailer["grpc-status"] === "0" ? undefined : `${what}: status ${trailer["grpc-status"]} ${trailer["grpc-message"]}`,
    compareBodies(what, stream.requests, letters),
    compareFields(`${what}, header`, stream, (name) => header[name]),
    compareFields(`${what}, trailer`, stream, (name) => trailer[name]),
  ].filter((problem) => problem !== undefined);
}
