import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { decodeStatusMessage, encodeStatusMessage } from "./status-message.ts";

test("any text comes back, from printable ASCII without blanks at its ends", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const encoded = encodeStatusMessage(text);
      assert.match(encoded, /^(?:[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?)?$/);
      assert.equal(decodeStatusMessage(encoded), text);
    }),
    { numRuns: 1000 },
  );
});

for (const [text, encoded] of [
  ["my favourite character is \u0000", "my favourite character is %00"],
  ["☺", "%E2%98%BA"],
  ["100%", "100%25"],
  ["a\r\nb", "a%0D%0Ab"],
  [" a ", "%20a%20"],
  ["\ufeffa", "%EF%BB%BFa"],
  ["\ud800", "%EF%BF%BD"],
] as const) {
  test(`${JSON.stringify(text)} is sent as ${encoded}`, () => assert.equal(encodeStatusMessage(text), encoded));
}

for (const [encoded, text] of [
  ["%E2%98%ba", "☺"],
  ["100%", "100%"],
  ["%", "%"],
  ["%4", "%4"],
  ["%GG%41", "%GGA"],
  ["%ff", "\ufffd"],
  // UTF-8 that was not percent-encoded, as it should have been.
  ["\u00e2\u0098\u00ba", "☺"],
  ["%EF%BB%BFa", "\ufeffa"],
] as const) {
  test(`${JSON.stringify(encoded)} is read as ${JSON.stringify(text)}`, () =>
    assert.equal(decodeStatusMessage(encoded), text));
}
