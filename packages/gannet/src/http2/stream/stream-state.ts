/**
 * The life of one HTTP/2 stream (RFC 9113 §5.1), without the reserved states:
 * we never push and refuse to be pushed to.
 *
 *                  +--------+
 *                  |  idle  |
 *                  +---+----+
 *                      | send H / receive H
 *                      v
 *      send ES   +----------+   receive ES
 *   +------------|   open   |------------+
 *   v            +----+-----+            v
 * +--------------+    | R        +---------------+
 * | half-closed  |    |          | half-closed   |
 * | local        |    |          | remote        |
 * +------+-------+    v          +-------+-------+
 *        |       +----------+            |
 *        +------>|  closed  |<-----------+
 *   receive ES, R +----------+  send ES, R
 *
 * H: HEADERS   ES: END_STREAM flag   R: RST_STREAM, either way
 */
export const StreamState = { Idle: 0, Open: 1, HalfClosedLocal: 2, HalfClosedRemote: 3, Closed: 4 } as const;
export type StreamState = (typeof StreamState)[keyof typeof StreamState];

/** The state once we have sent END_STREAM. */
export function afterSendingEnd(state: StreamState): StreamState {
  return state === StreamState.Open ? StreamState.HalfClosedLocal : StreamState.Closed;
}

/** The state once the peer has sent END_STREAM. */
export function afterReceivingEnd(state: StreamState): StreamState {
  return state === StreamState.Open ? StreamState.HalfClosedRemote : StreamState.Closed;
}

/** Whether the peer may still send on the stream. */
export function mayReceive(state: StreamState): boolean {
  return state === StreamState.Open || state === StreamState.HalfClosedLocal;
}

/** Whether we may still send on the stream. */
export function maySend(state: StreamState): boolean {
  return state === StreamState.Open || state === StreamState.HalfClosedRemote;
}
