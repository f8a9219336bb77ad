/** HTTP/2 as a test says it, frame by frame. Read http2-peer.ts first. */
export { Http2Code } from "../../http2/index.ts";
export { type Frames, frames, type HeaderFields } from "./frames.ts";
export { Http2Peer } from "./http2-peer.ts";
export { type FrameTypeName, type PeerFrame, PeerFrameReader } from "./peer-frame.ts";
export { ScriptedServer } from "./scripted-server.ts";
