import { type ClientHttp2Session, constants, type ServerHttp2Session } from "node:http2";
import type { SeededChoice } from "../../simulation/seeded-choice.ts";

/** One call of a session: what either side says in it. */
export interface StreamPlan {
  readonly requests: readonly Buffer[];
  /** Metadata that goes there, and comes back. */
  readonly fields: readonly (readonly [name: string, value: string])[];
  /** Cuts what node:http2 writes into pieces of so many bytes. */
  readonly pieceBytes: number;
}

/** What a seed decides on a session between node:http2 and gannet. */
export interface SessionPlan {
  readonly streams: readonly StreamPlan[];
  readonly paddingStrategy: number;
  /** Of node:http2 at first, and as it changes them. */
  readonly settings: readonly {
    readonly initialWindowSize: number;
    readonly maxFrameSize: number;
    readonly headerTableSize: number;
  }[];
  readonly pings: number;
  /** Windows of gannet. */
  readonly streamWindowBytes: number;
  readonly connectionWindowBytes: number;
}

const WINDOWS = [1, 300, 16_384, 65_535, 1_000_000] as const;

export function planSession(choice: SeededChoice): SessionPlan {
  const { PADDING_STRATEGY_NONE, PADDING_STRATEGY_MAX } = constants;
  // The types do not know it.
  const { PADDING_STRATEGY_ALIGNED = PADDING_STRATEGY_MAX } = constants as { PADDING_STRATEGY_ALIGNED?: number };
  const streams = Array.from({ length: choice.between(1, 6) }, () => planStream(choice));
  const largest = Math.max(...streams.flatMap(({ requests }) => requests.map(({ length }) => length)), 0);
  // Each windowful takes a round trip.
  const window = () => Math.max(choice.pick(WINDOWS), Math.ceil(largest / 200));
  return {
    streams,
    paddingStrategy: choice.pick([PADDING_STRATEGY_NONE, PADDING_STRATEGY_MAX, PADDING_STRATEGY_ALIGNED]),
    settings: Array.from({ length: choice.between(1, 4) }, () => ({
      initialWindowSize: window(),
      maxFrameSize: choice.pick([16_384, 20_000, 1_000_000]),
      headerTableSize: choice.pick([0, 50, 4_096, 65_536]),
    })),
    pings: choice.between(0, 5),
    // Padding takes 256 bytes of a window that may have fewer.
    streamWindowBytes: Math.max(600, window()),
    connectionWindowBytes: choice.pick([65_535, 70_000, 1_000_000]),
  };
}

function planStream(choice: SeededChoice): StreamPlan {
  const fields = new Map<string, string>();
  for (let field = choice.between(0, 6); field > 0; field--) {
    // Now and then too many bytes for one frame: the rest goes into CONTINUATION.
    const length = choice.chance(0.25) ? choice.between(5_000, 12_000) : choice.magnitude(1, 200);
    const letter = String.fromCharCode(choice.between(33, 126));
    fields.set(`x-field-${choice.between(1, 12)}`, letter.repeat(length));
  }
  return {
    requests: Array.from({ length: choice.between(1, 6) }, () => {
      const length = choice.chance(0.2) ? choice.between(0, 200_000) : choice.magnitude(0, 2_000);
      return Buffer.alloc(length, choice.between(0, 255));
    }),
    fields: [...fields],
    pieceBytes: choice.pick([1_000_000, 16_384, 1_000, 90]),
  };
}

/** Has node:http2 change its settings and ping, one behind the other, while streams are under way. */
export async function disturb(session: ClientHttp2Session | ServerHttp2Session, plan: SessionPlan): Promise<void> {
  for (const settings of plan.settings.slice(1)) {
    if (session.destroyed) return;
    await new Promise<void>((resolve) => {
      session.settings(settings, () => resolve());
      session.once("close", resolve);
    });
  }
  for (let ping = 0; ping < plan.pings && !session.destroyed; ping++) {
    const payload = Buffer.from(`ping ${ping}  `.slice(0, 8));
    await new Promise<void>((resolve, reject) => {
      const isSent = session.ping(payload, (error, _, answer) => {
        if (error !== null || answer.equals(payload)) resolve();
        else reject(new Error("a ping came back with other bytes"));
      });
      if (!isSent) resolve();
    });
  }
}
