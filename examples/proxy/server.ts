import { callRaw, createChannel, createServer, GrpcError, insecure, type ServerCall, shutdownOnSignals } from "gannet";

const address = process.env["PROXY_ADDRESS"] ?? "0.0.0.0:50050";
const backend = process.env["PROXY_BACKEND"] ?? "127.0.0.1:50051";

// Messages pass as they are. What they are written in stands in the header, which is a channel's: hence one for each.
const channels = {
  proto: createChannel(backend, { credentials: insecure() }),
  json: createChannel(backend, { credentials: insecure(), format: "json" }),
};

async function* forward(requests: AsyncIterable<Uint8Array>, call: ServerCall) {
  const { metadata } = call;
  // The channel has one of its own.
  metadata.delete("user-agent");
  // The deadline and the cancellation of `parent` are those of the call that is made for it.
  const upstream = callRaw(channels[call.format], call.path, requests, { metadata, parent: call });
  try {
    call.header.appendAll(await upstream.header);
    call.sendHeader();
    yield* upstream;
    call.trailer.appendAll(await upstream.trailer);
  } catch (error) {
    throw GrpcError.is(error) ? ownError(error) : error;
  }
}

/** Of another server's error a server tells its code and text only, unless it says the rest as its own. */
function ownError({ code, reason, details, trailer }: GrpcError) {
  return new GrpcError(code, reason, { details, trailer });
}

const server = createServer().addUnknown(forward);
const { port } = await server.listen(address);
console.log(`listening on port ${port}, for ${backend}`);

// The channels do not keep the process alive once no call is under way.
shutdownOnSignals(server);
