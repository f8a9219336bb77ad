import assert from "node:assert/strict";
import { type DescMessage, fromBinary, type Message, toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { createCodec, DecodeError, type MessageCodec } from "gannet/codec";
import { compileType } from "./compile-type.ts";
import { damage } from "./damage.ts";
import { dropMismatches, Malformed } from "./drop-mismatches.ts";
import { createRandom, type Random, randomMessage } from "./random-message.ts";

/** How many damaged encodings are tried of each message. */
const DAMAGES = 6;
/** From so many random numbers on a message has nothing more: fast-check makes this less until little is left. */
const MAX_DRAWS = 4_000;

/** What a comparison has done, so that one that did nothing shows. */
export interface Compared {
  messages: number;
  damaged: number;
  refused: number;
  /** Damaged ones that are still messages, and of which both made the same. */
  same: number;
}

/** How random messages are made: fast-check's seed, how many, and where in them to begin, as a failure told. */
export interface Draws {
  readonly seed: number;
  readonly messages: number;
  readonly path?: string | undefined;
}

/** Nothing of a comparison yet. */
export function compareNothing(): Compared {
  return { messages: 0, damaged: 0, refused: 0, same: 0 };
}

/** The codecs of a type that are compared: with code, and without, as the first messages of each type are read and written. */
export const CODECS_OF_A_TYPE = 2;

/**
 * Compares our codecs of a type with `@bufbuild/protobuf` on random messages: same bytes, same message, same verdict on
 * damaged bytes, and the same message of those that are one still.
 *
 * @throws Error of fast-check where they differ, with the seed and the path of the smallest message
 */
export function compareCodecs(schema: DescMessage, { seed, messages, path }: Draws, compared: Compared): void {
  const codecs = [createCodec(schema), createCodec(schema, { codecs: "interpreted" })];
  assert.deepEqual(
    codecs.map(({ kind }) => kind),
    ["compiled", "interpreted"],
  );
  compileType(schema, createCodec);
  const draws = fc.record({ random: fc.noShrink(fc.integer()), draws: fc.noBias(fc.nat(MAX_DRAWS)) });
  fc.assert(
    fc.property(draws, ({ random, draws }) => {
      for (const codec of codecs) compareOnce(schema, codec, createRandom(random, draws), random, compared);
    }),
    { seed, numRuns: messages, includeErrorInReport: true, ...(path === undefined ? {} : { path }) },
  );
}

function compareOnce(
  schema: DescMessage,
  codec: MessageCodec,
  random: Random,
  damageSeed: number,
  compared: Compared,
): void {
  const message = randomMessage(schema, random);
  compared.messages++;
  const expected = resultOf(() => toBinary(schema, message));
  if (expected === undefined) {
    const actual = resultOf(() => codec.encode(message as never));
    assert.equal(actual, undefined, "a required field is missing");
    return;
  }
  assertSameBytes(codec.encode(message as never), expected);
  assert.deepEqual(decodeWithin(codec, expected), fromBinary(schema, expected));
  const damages = createRandom(damageSeed);
  for (let count = 0; count < DAMAGES; count++) compareDamaged(schema, codec, damage(expected, damages), compared);
}

function assertSameBytes(actual: Uint8Array, expected: Uint8Array): void {
  if (Buffer.compare(actual, expected) !== 0) assert.fail(`${hex(actual)} is not ${hex(expected)}`);
}

/** Decodes from the middle of a larger buffer, which is written over afterwards as a connection would. */
function decodeWithin(codec: MessageCodec, bytes: Uint8Array): Message {
  const chunk = Buffer.concat([Buffer.from([0xff, 0x0a]), bytes, Buffer.from([0xff, 0x80, 0x01])]);
  const message = codec.decode(chunk, 2, 2 + bytes.length);
  chunk.fill(0xa5);
  return message;
}

function compareDamaged(schema: DescMessage, codec: MessageCodec, damaged: Uint8Array, compared: Compared): void {
  compared.damaged++;
  const ours = decodedOf(() => decodeWithin(codec, damaged), DecodeError);
  const known = decodedOf(() => dropMismatches(schema, damaged), Malformed);
  // What is left are fields as the type has them: text may be no UTF-8 still.
  const theirs = known === undefined ? undefined : resultOf(() => fromBinary(schema, known));
  const verdict = `${hex(damaged)} is ${ours === undefined ? "refused" : "taken"}`;
  assert.equal(ours === undefined, theirs === undefined, verdict);
  if (ours === undefined || theirs === undefined) {
    compared.refused++;
    return;
  }
  compared.same++;
  // With what is unknown, whether both write it back alike; without, whether both have understood the same.
  const [our, their] = [resultOf(() => codec.encode(ours as never)), resultOf(() => toBinary(schema, ours))];
  assert.equal(our === undefined, their === undefined, `required fields of ${hex(damaged)}`);
  if (our !== undefined && their !== undefined) assertSameBytes(our, their);
  dropUnknown(ours);
  dropUnknown(theirs);
  assert.deepEqual(ours, theirs, `${hex(damaged)} is another message`);
}

/** The result; undefined where `@bufbuild/protobuf`, or our encoder, refuses. */
function resultOf<T>(work: () => T): T | undefined {
  return decodedOf(work, Error);
}

function decodedOf<T>(work: () => T, refusal: abstract new (...args: never[]) => Error): T | undefined {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof refusal) || error instanceof assert.AssertionError) throw error;
    return undefined;
  }
}

function dropUnknown(value: unknown): void {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return;
  if ("$unknown" in value) delete value.$unknown;
  for (const inner of Object.values(value)) dropUnknown(inner);
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
