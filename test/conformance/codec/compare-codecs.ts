import assert from "node:assert/strict";
import { type DescMessage, fromBinary, type Message, toBinary } from "@bufbuild/protobuf";
import { createCodec, type MessageCodec } from "gannet/codec";
import { createRandom, type Random, randomMessage } from "./random-message.ts";

/** How many damaged encodings are tried of each message. */
const DAMAGES = 6;

/** What a comparison has done, so that one that did nothing shows. */
export interface Compared {
  messages: number;
  damaged: number;
  refused: number;
}

/**
 * Compares our codec of a type with `@bufbuild/protobuf` on random messages: same bytes, same message, same verdict on
 * damaged bytes.
 *
 * @throws AssertionError where they differ
 */
export function compareCodecs(schema: DescMessage, seed: number, messages: number, compared: Compared): void {
  const codec = createCodec(schema);
  assert.equal(codec.kind, "compiled");
  const random = createRandom(seed);
  for (let count = 0; count < messages; count++) {
    const message = randomMessage(schema, random);
    const expected = verdictOf(() => toBinary(schema, message));
    compared.messages++;
    if (expected === undefined) {
      assert.equal(
        verdictOf(() => codec.encode(message as never)),
        undefined,
        `${schema.typeName}: a required field is missing`,
      );
      continue;
    }
    const actual = codec.encode(message as never);
    assertSameBytes(actual, expected, schema);
    assert.deepEqual(decodeWithin(codec, expected), fromBinary(schema, expected));
    for (let damage = 0; damage < DAMAGES; damage++) compareDamaged(schema, codec, expected, random, compared);
  }
}

function assertSameBytes(actual: Uint8Array, expected: Uint8Array, { typeName }: DescMessage): void {
  if (Buffer.compare(actual, expected) === 0) return;
  assert.fail(`${typeName}: ${Buffer.from(actual).toString("hex")} is not ${Buffer.from(expected).toString("hex")}`);
}

/** Decodes from the middle of a larger buffer, which is written over afterwards as a connection would. */
function decodeWithin(codec: MessageCodec, bytes: Uint8Array): Message {
  const chunk = Buffer.concat([Buffer.from([0xff, 0x0a]), bytes, Buffer.from([0xff, 0x80, 0x01])]);
  const message = codec.decode(chunk, 2, 2 + bytes.length);
  chunk.fill(0xa5);
  return message;
}

function compareDamaged(
  schema: DescMessage,
  codec: MessageCodec,
  bytes: Uint8Array,
  random: Random,
  compared: Compared,
): void {
  const damaged = random() < 0.5 ? truncate(bytes, random) : flipBits(bytes, random);
  compared.damaged++;
  const ours = verdictOf(() => decodeWithin(codec, damaged));
  const theirs = verdictOf(() => fromBinary(schema, damaged));
  if (ours === undefined) compared.refused++;
  // They read a field whatever wire type it comes with, and closed enums in lists and maps as open ones: so a value may
  // be one for them and an unknown field for us. But what we made of it both have to encode alike, or find a required
  // field missing.
  if (ours === undefined || theirs === undefined) return;
  const [our, their] = [verdictOf(() => codec.encode(ours as never)), verdictOf(() => toBinary(schema, ours))];
  assert.equal(our === undefined, their === undefined, `${schema.typeName}: ${hex(damaged)}`);
  if (our !== undefined && their !== undefined) assertSameBytes(our, their, schema);
}

function verdictOf<T>(decode: () => T): T | undefined {
  try {
    return decode();
  } catch (error) {
    assert.ok(error instanceof Error && !(error instanceof assert.AssertionError));
    return undefined;
  }
}

function truncate(bytes: Uint8Array, random: Random): Uint8Array {
  return bytes.slice(0, Math.floor(random() * bytes.length));
}

function flipBits(bytes: Uint8Array, random: Random): Uint8Array {
  const flipped = bytes.slice();
  for (let count = 1 + Math.floor(random() * 3); count > 0 && flipped.length > 0; count--) {
    const at = Math.floor(random() * flipped.length);
    flipped[at] = (flipped[at] ?? 0) ^ (1 << Math.floor(random() * 8));
  }
  return flipped;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
