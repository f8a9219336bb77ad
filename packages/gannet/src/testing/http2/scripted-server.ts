import { type Channel, type ChannelOptions, createPipeChannel } from "../../channel/index.ts";
import { createMemoryPipes } from "../../net/index.ts";
import { Http2Peer } from "./http2-peer.ts";

/** A server in this process whose connections are the test's own: for what clients do when a server does not do well. */
export class ScriptedServer {
  /** Each connection that a channel has made, in order. */
  readonly peers: Http2Peer[] = [];
  #accepted = 0;
  #onPeer: () => void = () => {};

  /** Makes a channel that connects to here. */
  createChannel(options: ChannelOptions = {}): Channel {
    return createPipeChannel(() => {
      const [near, far] = createMemoryPipes();
      this.peers.push(Http2Peer.over(far, "server"));
      this.#onPeer();
      return near;
    }, options);
  }

  /** Waits for the next connection that was not accepted. */
  async accept(): Promise<Http2Peer> {
    const index = this.#accepted++;
    for (;;) {
      const peer = this.peers[index];
      if (peer !== undefined) return peer;
      await new Promise<void>((resolve) => {
        this.#onPeer = resolve;
      });
    }
  }
}
