import { Program } from "../program.ts";
import type { ArrayCounts } from "./count-arrays.ts";

/** With no payload, no field holds bytes; with one, each message that is decoded has a copy of its own. */
const PAYLOADS = [0, 20, 1_024] as const;
/** What a read or a write of many calls makes, by the call: no more than this is no array for each message. */
const FEW = 0.25;
const ENDS = 2;

/**
 * Prints what a unary call makes of byte arrays. Resolves to whether the messages are encoded where they are sent from,
 * and decoded where they have come in: with no array in between.
 */
export async function printArrays(): Promise<boolean> {
  let isInPlace = true;
  for (const payloadBytes of PAYLOADS) {
    const program = new Program("codec/count-arrays", [String(payloadBytes)], 1);
    const { arrays, heapBytes } = JSON.parse(await program.readLine()) as ArrayCounts;
    await program.stop();
    console.log(`unary call, both ends, ${payloadBytes} bytes in a field`);
    for (const [name, made] of Object.entries(arrays)) console.log(`  ${made.toFixed(3).padStart(9)} ${name}`);
    console.log("  bytes on the heap, by function, sampled:");
    for (const [name, bytes] of heapBytes) console.log(`  ${bytes.toFixed(0).padStart(9)} ${name}`);
    // A copy of the field at each end; taken out of a shared one, it takes two steps.
    const copies = payloadBytes === 0 ? 0 : ENDS;
    const made = Math.max(0, ...Object.values(arrays));
    const isFew = made <= copies + FEW;
    console.log(`  ${isFew ? "in place" : "NOT in place"}: ${copies} copies of the field are asked for\n`);
    isInPlace &&= isFew;
  }
  return isInPlace;
}
