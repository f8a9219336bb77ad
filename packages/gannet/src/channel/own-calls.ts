import { rawMethodOf } from "../codec/index.ts";
import type { CallCredentials, CallInit, CallObserver, CallWriter, DeadlineScheduler } from "../core/index.ts";
import { CallCounts, CallPublisher } from "../observe/index.ts";
import { type CallHost, ChannelCall, type WaitingLine } from "./channel-call.ts";
import type { OwnCallStarter, SubchannelConnection } from "./subchannel/index.ts";

const INIT: CallInit = { metadata: undefined, deadline: undefined, waitForReady: false, compress: false };
const NOBODY = { hasSubscribers: false, publish() {} };

/**
 * Makes the calls of a channel's own, each to a certain backend: with the channel's credentials (gRFC A17), past its
 * interceptors, retries and counts.
 */
export function createOwnCallStarter(
  deadlines: DeadlineScheduler,
  credentials: readonly CallCredentials[] | undefined,
): OwnCallStarter {
  return (connection, path, request, observer) => {
    const host = new OwnCallHost(connection, deadlines, credentials);
    return host.start(path, request, observer);
  };
}

/** In place of a channel: its calls go over one connection, or fail. */
class OwnCallHost implements CallHost, WaitingLine {
  readonly counts: CallCounts = new CallCounts();
  readonly publisher: CallPublisher;
  readonly deadlines: DeadlineScheduler;
  readonly credentials: readonly CallCredentials[] | undefined;
  readonly failure = undefined;
  readonly #connection: SubchannelConnection;

  constructor(
    connection: SubchannelConnection,
    deadlines: DeadlineScheduler,
    credentials: readonly CallCredentials[] | undefined,
  ) {
    this.#connection = connection;
    this.deadlines = deadlines;
    this.credentials = credentials;
    this.publisher = new CallPublisher(NOBODY, NOBODY, deadlines);
  }

  start(path: string, request: Uint8Array, observer: CallObserver): CallWriter | undefined {
    const method = rawMethodOf(path);
    if (method === undefined) throw new TypeError(`${path} is no path of a method`);
    const call = new ChannelCall(this, method, INIT, observer);
    if (!this.#connection.startOwn(call)) return undefined;
    call.send(request, true);
    return call;
  }

  dispatch(call: ChannelCall): void {
    if (!this.#connection.startOwn(call)) call.fail("the connection has no room for a call of the channel's own");
  }

  hold(call: ChannelCall): void {
    call.waitIn(this);
  }

  forget(): void {}
}
