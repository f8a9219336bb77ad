/** The service that shows servers, channels and connections at work, grpc.channelz.v1. Start with add-channelz.ts. */
export { Channelz } from "../proto/grpc/channelz/v1/channelz_pb.ts";
export { addChannelz, type ChannelzOptions } from "./add-channelz.ts";
