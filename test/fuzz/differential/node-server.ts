import { once } from "node:events";
import {
  createServer,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
  type ServerOptions,
} from "node:http2";
import type { AddressInfo } from "node:net";
import { createChannel, createClient } from "gannet";
import { Post } from "../../simulation/post_pb.ts";
import { compareBodies, compareFields, piecesOf, readLetters } from "./node-messages.ts";
import { disturb, type SessionPlan } from "./session-plan.ts";

const MAX_HEADER_BYTES = 200_000;

/** A client of gannet's calls node:http2, which sends back what comes. Gives what went wrong. */
export async function callNode(plan: SessionPlan): Promise<string[]> {
  const problems: string[] = [];
  const sessions = new Set<ServerHttp2Session>();
  const server = createServer({
    settings: { ...plan.settings[0], maxHeaderListSize: MAX_HEADER_BYTES },
    paddingStrategy: plan.paddingStrategy,
    maxSendHeaderBlockLength: MAX_HEADER_BYTES,
  } as ServerOptions);
  const disturbances: Promise<void>[] = [];
  server.on("session", (session) => {
    sessions.add(session);
    disturbances.push(disturb(session, plan));
  });
  server.on("sessionError", (error) => problems.push(`node's session: ${error.message}`));
  server.on("stream", (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
    stream.on("error", (error) => problems.push(`node's stream: ${error.message}`));
    answer(stream, headers, plan).catch((error: Error) => problems.push(`node's handler: ${error.stack}`));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const channel = createChannel(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, {
    http2: {
      streamWindowBytes: plan.streamWindowBytes,
      connectionWindowBytes: plan.connectionWindowBytes,
      maxHeaderListBytes: MAX_HEADER_BYTES,
    },
    maxMetadataBytes: MAX_HEADER_BYTES,
    onEvent({ name, fields }) {
      if (name === "http2-violation") problems.push(`gannet's channel: ${String(fields["message"])}`);
    },
  });
  try {
    const client = createClient(Post, channel);
    await Promise.all(
      plan.streams.map(async (stream, index) => {
        const what = `stream ${index}`;
        const call = client.bidi(
          stream.requests.map((body) => ({ body })),
          { metadata: Object.fromEntries(stream.fields), timeoutMs: 60_000 },
        );
        const bodies: Uint8Array[] = [];
        for await (const { body } of call) bodies.push(body);
        const [header, trailer] = await Promise.all([call.header, call.trailer]);
        const found = [
          compareBodies(what, stream.requests, bodies),
          compareFields(`${what}, header`, stream, (name) => header.get(name)),
          compareFields(`${what}, trailer`, stream, (name) => trailer.get(name)),
        ];
        problems.push(...found.filter((problem) => problem !== undefined));
      }),
    );
    await Promise.all(disturbances);
  } catch (error) {
    problems.push(`gannet's client: ${error instanceof Error ? error.stack : String(error)}`);
  } finally {
    await channel.close();
    for (const session of sessions) session.destroy();
    server.close();
  }
  return problems;
}

async function answer(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, plan: SessionPlan): Promise<void> {
  const fields = Object.entries(headers).filter(([name]) => name.startsWith("x-field"));
  const mirrored = Object.fromEntries(fields);
  stream.respond({ ":status": 200, "content-type": "application/grpc", ...mirrored }, { waitForTrailers: true });
  stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0", ...mirrored }));
  const pieceBytes = plan.streams[0]?.pieceBytes ?? 1_000;
  for (const letter of await readLetters(stream)) {
    for (const piece of piecesOf(letter, pieceBytes)) if (!stream.write(piece)) await once(stream, "drain");
  }
  stream.end();
}
