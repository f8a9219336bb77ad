import type { ConnectionLimits } from "../internals.ts";
import type { SeededChoice } from "../seeded-choice.ts";
import type { Way } from "../simulated-connection.ts";
import type { Fields } from "./end.ts";
import type { ReferenceHabits } from "./reference-end.ts";

/** Who is at the two ends: client, then server. */
export type Pairing = "engine to engine" | "engine to reference" | "reference to engine";

/** What one side says on a stream. */
export interface Turn {
  readonly fields: Fields;
  /** Bytes of each piece that is sent. */
  readonly pieces: readonly number[];
  /** Undefined where the last piece ends it, or the header where there is none. */
  readonly trailer: Fields | undefined;
  readonly gapMs: number;
  /** Whether it holds back while the connection says that what it sends would wait. */
  readonly isPatient: boolean;
  /** How long it takes to consume what came. */
  readonly consumeMs: number;
}

/** What a seed decides on one stream. */
export interface ExchangePlan {
  readonly id: number;
  readonly openAt: number;
  readonly request: Turn;
  readonly reply: Turn;
  /** When the reply begins: at the request's header, or at its end. */
  readonly replyAt: "header" | "end";
  /** Whether the server ends the stream once it has replied, whatever is still to come. */
  readonly isEarly: boolean;
  /** After how long the client resets it. */
  readonly clientResetMs: number | undefined;
  /** The server resets it, after so many pieces of its reply. */
  readonly serverReset: { readonly pieces: number; readonly http2Code: number } | undefined;
  /** How long it counts against the limit on streams, once it is over. */
  readonly lingerMs: number;
}

/** Something that happens to the connection. */
export interface ConnectionEvent {
  readonly at: number;
  readonly kind: "stall" | "drop" | "half-close" | "ping" | "goaway" | "close";
  readonly side: "client" | "server";
  readonly way: Way;
  readonly ms: number;
}

/** What a seed decides before anything happens. */
export interface EnginePlan {
  readonly pairing: Pairing;
  readonly limits: { readonly client: ConnectionLimits; readonly server: ConnectionLimits };
  readonly habits: ReferenceHabits;
  readonly exchanges: readonly ExchangePlan[];
  readonly events: readonly ConnectionEvent[];
}

const [CANCEL, INTERNAL_ERROR, CALM_DOWN, NO_ERROR] = [8, 2, 11, 0] as const;
const [TABLE_BYTES, MAX_STREAMS, INITIAL_WINDOW, MAX_FRAME, MAX_LIST] = [1, 3, 4, 5, 6] as const;
/** The largest header of a plan needs CONTINUATION. */
const LONG_VALUE_BYTES = 20_000;
const MAX_LIST_BYTES = 60_000;
const MAX_PIECE_BYTES = 200_000;
/** A piece that is larger than its window takes a round trip for each half of it. */
const MOST_WINDOWS = 10;

export function planEngines(choice: SeededChoice): EnginePlan {
  const pairing = choice.pick(["engine to engine", "engine to reference", "reference to engine"] as const);
  const durationMs = choice.between(200, 2_500);
  const count = choice.between(6, 24);
  // Where all come at once, the limits on streams matter most.
  const isBurst = choice.chance(0.4);
  const limits = { client: planLimits(choice), server: planLimits(choice) };
  const window = ({ streamWindowBytes = MAX_PIECE_BYTES }: ConnectionLimits) => streamWindowBytes;
  return {
    pairing,
    limits,
    habits: planHabits(choice, pairing === "engine to reference", durationMs),
    exchanges: Array.from({ length: count }, (_, index) =>
      planExchange(choice, index + 1, isBurst ? choice.between(0, 20) : choice.next() * durationMs, {
        request: window(limits.server),
        reply: window(limits.client),
      }),
    ),
    events: planEvents(choice, durationMs),
  };
}

function planLimits(choice: SeededChoice): ConnectionLimits {
  return {
    maxConcurrentStreams: choice.pick([undefined, 1, 2, 4, 10]),
    streamWindowBytes: choice.pick([undefined, 65_535, 1_000, 16_384, choice.magnitude(100, 300_000)]),
    connectionWindowBytes: choice.pick([undefined, 65_535, 100_000]),
    maxUnconsumedBytes: choice.pick([undefined, 1, 80_000]),
    maxHeaderListBytes: MAX_LIST_BYTES,
  };
}

function planHabits(choice: SeededChoice, isServer: boolean, durationMs: number): ReferenceHabits {
  const initial = () => choice.pick([0, 1, choice.magnitude(1, 200_000), 65_535]);
  const setting = (): readonly [number, number] => {
    const id = choice.pick([
      TABLE_BYTES,
      INITIAL_WINDOW,
      INITIAL_WINDOW,
      INITIAL_WINDOW,
      MAX_FRAME,
      MAX_LIST,
      MAX_STREAMS,
    ]);
    if (id === INITIAL_WINDOW) return [id, initial()];
    if (id === MAX_FRAME) return [id, choice.between(16_384, 100_000)];
    if (id === TABLE_BYTES) return [id, choice.pick([0, 100, 4_096, 10_000])];
    if (id === MAX_STREAMS && isServer) return [id, choice.between(1, 12)];
    return [MAX_LIST, MAX_LIST_BYTES];
  };
  const settings = () => Array.from({ length: choice.between(1, 3) }, setting);
  return {
    settings: choice.chance(0.8) ? settings() : [],
    changes: Array.from({ length: choice.between(0, 12) }, () => ({
      at: choice.next() * durationMs,
      settings: settings(),
    })),
    grants: choice.pick(["updates", "settings"] as const),
    grantBytes: choice.magnitude(500, 40_000),
    padding: choice.pick([0, 0.2]),
    splitting: choice.pick([0, 0.3]),
    informing: choice.pick([0, 0.2]),
    prioritizing: choice.pick([0, 0.3]),
    refusing: choice.pick([0, 0, 0.15]),
  };
}

function planExchange(
  choice: SeededChoice,
  id: number,
  openAt: number,
  windows: Readonly<Record<"request" | "reply", number>>,
): ExchangePlan {
  const reply = planTurn(choice, "reply", windows.reply);
  const isServerReset = choice.chance(0.12);
  return {
    id,
    openAt,
    request: planTurn(choice, "request", windows.request, id),
    reply,
    replyAt: choice.pick(["header", "end"] as const),
    isEarly: choice.chance(0.15),
    clientResetMs: choice.chance(0.12) ? choice.magnitude(0, 300) : undefined,
    serverReset: isServerReset
      ? {
          // Before its end, which the last piece is where no trailer follows.
          pieces: choice.between(0, Math.max(0, reply.pieces.length - (reply.trailer === undefined ? 1 : 0))),
          http2Code: choice.pick([CANCEL, INTERNAL_ERROR, CALM_DOWN, NO_ERROR]),
        }
      : undefined,
    lingerMs: choice.pick([0, 0, choice.magnitude(1, 200)]),
  };
}

function planTurn(choice: SeededChoice, side: "request" | "reply", windowBytes: number, id?: number): Turn {
  const head: [string, string][] =
    side === "request"
      ? [
          [":method", "POST"],
          [":scheme", "http"],
          [":path", `/exchange/${choice.between(1, 5)}`],
          ["exchange", String(id)],
        ]
      : [[":status", "200"]];
  const most = Math.min(MAX_PIECE_BYTES, windowBytes * MOST_WINDOWS);
  const pieces = Array.from({ length: choice.between(0, 5) }, () => {
    if (choice.chance(0.1)) return 0;
    return Math.min(most, choice.chance(0.15) ? choice.magnitude(20_000, MAX_PIECE_BYTES) : choice.magnitude(1, 8_000));
  });
  return {
    fields: [...head, ...planFields(choice)],
    pieces,
    trailer: choice.chance(0.5) ? [["outcome", String(choice.between(0, 3))], ...planFields(choice)] : undefined,
    gapMs: choice.chance(0.6) ? 0 : choice.magnitude(1, 60),
    isPatient: choice.chance(0.5),
    consumeMs: choice.chance(0.6) ? 0 : choice.magnitude(1, 100),
  };
}

function planFields(choice: SeededChoice): [string, string][] {
  const fields = Array.from({ length: choice.pick([0, 0, 1, 2, 6]) }, (): [string, string] => [
    `x-field-${choice.between(1, 12)}`,
    "v".repeat(choice.magnitude(0, 400)) + choice.between(0, 9),
  ]);
  if (choice.chance(0.02)) fields.push(["x-long", "w".repeat(LONG_VALUE_BYTES)]);
  return fields;
}

function planEvents(choice: SeededChoice, durationMs: number): ConnectionEvent[] {
  const isRough = choice.chance(0.3);
  const kinds: ConnectionEvent["kind"][] = Array.from({ length: choice.between(1, 5) }, () =>
    choice.pick(["stall", "ping", "ping"] as const),
  );
  if (choice.chance(0.4)) kinds.push("goaway");
  if (isRough) kinds.push(choice.pick(["drop", "half-close", "close"] as const));
  return kinds.map((kind) => ({
    at: choice.next() * durationMs,
    kind,
    side: choice.pick(["client", "server"] as const),
    way: choice.pick(["up", "down"] as const),
    ms: choice.magnitude(5, 500),
  }));
}
