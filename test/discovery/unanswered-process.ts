/**
 * Calls a name that the name server given as argument never answers for, and closes the channel: says `closed`, and
 * `held` where something keeps the process alive behind that.
 */
import { createChannel, createClient, GrpcError, insecure } from "gannet";
import { VirtualClock } from "gannet/testing";
import { Probe } from "../robustness/probe_pb.ts";

/** Much longer than a process takes to end, much shorter than a lookup takes to be given up by itself. */
const HELD_AFTER_MS = 8_000;

const clock = new VirtualClock();
const channel = createChannel(`dns://${process.argv[2]}/zoo.example:1`, { credentials: insecure(), clock });
const call = createClient(Probe, channel).unary({}, { waitForReady: true });
await clock.advance(20_000);
await channel.close();
const outcome = await call.response.then(
  () => "OK",
  (error: unknown) => (GrpcError.is(error) ? error.reason : error),
);
console.log(`closed: ${String(outcome)}`);
setTimeout(() => console.log("held"), HELD_AFTER_MS).unref();
