import { headers } from "../../../testing/http2/frames.ts";
import { HeaderTemplate } from "../../hpack/index.ts";
import type { HeaderSource, Http2Stream } from "../../stream/index.ts";
import { requestBlock } from "./requests.ts";
import { ScriptedPeer } from "./scripted-peer.ts";

export const okHeader = [
  [":status", "200"],
  ["content-type", "application/grpc"],
] as const;

/** Fields that each block brings anew, so that blocks must be decoded in the order of their encoding. */
export function source(...fields: readonly (readonly [string, string])[]): HeaderSource {
  return new HeaderTemplate(fields);
}

/** A server with an open stream 1, and the test as its client. Windows do not grow, so that there are no probes. */
export function serverWithStream(...pairs: readonly (readonly [number, number])[]): {
  readonly peer: ScriptedPeer;
  readonly stream: Http2Stream;
} {
  const peer = new ScriptedPeer("server", { maxStreamWindowBytes: 262_144 }).greet(...pairs);
  peer.say(headers(1, requestBlock));
  return { peer, stream: peer.stream(1) };
}

export function commit(peer: ScriptedPeer, stream: Http2Stream, body: Uint8Array, endStream = false): void {
  const { connection } = peer;
  const start = connection.beginData(body.length);
  connection.output.bytes.set(body, start);
  connection.commitData(stream, start, start + body.length, endStream);
}
