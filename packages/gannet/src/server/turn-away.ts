import { type ConnectionObserver, Http2Code, Http2Connection, type SegmentPool } from "../http2/index.ts";
import type { ConnectedPipe } from "../net/index.ts";

/** Of a connection that is turned away nobody needs to know more. */
const NOBODY: ConnectionObserver = {
  onStream: () => {
    throw new Error("a connection that is closed reads nothing");
  },
  onRoom() {},
  onGoaway() {},
  onPingAck() {},
  onClose() {},
  onViolation() {},
};

/** Says so in HTTP/2, whatever the client speaks, and does not wait for it: a client of gRPC sees UNAVAILABLE. */
export function turnAway(pipe: ConnectedPipe, reason: string, segments: SegmentPool): void {
  const http2 = new Http2Connection({ role: "server", pipe, observer: NOBODY, segments });
  pipe.attach(http2);
  http2.close(Http2Code.NoError, reason);
}
