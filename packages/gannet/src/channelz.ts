/** The service that shows servers, channels and connections at work, grpc.channelz.v1. */
export { addChannelz, Channelz, type ChannelzOptions } from "./services/channelz/index.ts";
