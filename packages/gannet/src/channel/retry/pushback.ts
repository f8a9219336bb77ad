import type { ReceivedMetadata } from "../../core/index.ts";

/** The trailer by which a server says when to come again, or never (gRFC A6, "Pushback"). */
const PUSHBACK_KEY = "grpc-retry-pushback-ms";

/** Milliseconds, or that there is to be no further attempt; undefined where the server says nothing of it. */
export type Pushback = number | "stop" | undefined;

/** The value is a signed integer of 32 bits, without zeros that it does not need. */
const MAX_MS = 0x7fff_ffff;

/** Reads it from a trailer. */
export function readPushback(trailer: ReceivedMetadata | undefined): Pushback {
  const text = trailer?.metadata().get(PUSHBACK_KEY);
  if (text === undefined) return undefined;
  return /^(?:0|[1-9]\d{0,9})$/.test(text) && Number(text) <= MAX_MS ? Number(text) : "stop";
}
