import assert from "node:assert/strict";
import { test } from "node:test";
import { HeaderField, HeaderKind } from "./header-field.ts";

test("a field's size has 32 bytes more than its text (RFC 7541 §4.1)", () => {
  assert.equal(new HeaderField("custom-key", "custom-value").size, 54);
});

test("a field knows what it is to HTTP/2", () => {
  for (const [name, value, kind] of [
    [":method", "GET", HeaderKind.Method],
    [":status", "200", HeaderKind.Status],
    ["content-length", "1", HeaderKind.ContentLength],
    ["host", "a", HeaderKind.Host],
    ["te", "trailers", HeaderKind.Plain],
    ["te", "trailers, deflate", HeaderKind.Invalid],
    ["x!#$%&'*+-.^_`|~9", "", HeaderKind.Plain],
    ["x", "in \t between", HeaderKind.Plain],
    ["x", "\u00ff", HeaderKind.Plain],
    ["x\u0080", "", HeaderKind.Invalid],
    ["x\u007f", "", HeaderKind.Invalid],
    [":", "", HeaderKind.Invalid],
    [":protocol", "websocket", HeaderKind.Invalid],
    ["connection", "close", HeaderKind.Invalid],
  ] as const) {
    assert.equal(new HeaderField(name, value).kind, kind, `${name}: ${value}`);
  }
});
