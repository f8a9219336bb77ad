import assert from "node:assert/strict";
import { test } from "node:test";
import { isIpAddress, parseSocketAddress, splitHostPort } from "./socket-address.ts";

test("addresses of all kinds are read", () => {
  assert.deepEqual(parseSocketAddress("127.0.0.1:50051"), { kind: "tcp", host: "127.0.0.1", port: 50051 });
  assert.deepEqual(parseSocketAddress("[::1]:80"), { kind: "tcp", host: "::1", port: 80 });
  assert.deepEqual(parseSocketAddress("localhost:0"), { kind: "tcp", host: "localhost", port: 0 });
  assert.deepEqual(parseSocketAddress(":6000"), { kind: "tcp", host: "", port: 6000 });
  assert.deepEqual(parseSocketAddress("unix:a.sock"), { kind: "unix", path: "a.sock" });
  assert.deepEqual(parseSocketAddress("unix:///tmp/a.sock"), { kind: "unix", path: "/tmp/a.sock" });
});

test("what is no address is refused with a hint", () => {
  const cases = [
    ["a::1:50051g", /IPv6 address with a port is written as \[::1\]:50051/],
    ["::1:50051", /a port is missing/],
    ["localhost", /a port is missing/],
    ["localhost:70000", /a port is a number from 0 to 65535/],
    ["http://localhost:1", /leave http:\/\/ out, as in localhost:1$/],
    ["https://localhost", /leave https:\/\/ out, as in localhost:50051$/],
    ["50051", /a host is missing, as in 127\.0\.0\.1:50051, or :50051 for all interfaces/],
    ["unix:", /a path is missing/],
    // As JavaScript has it.
    [50051, /^50051 is no address: it is a text, such as ":50051" for all interfaces or "127\.0\.0\.1:50051"/],
    [undefined, /^undefined is no address: it is a text such as "127\.0\.0\.1:50051"/],
    [{ port: 50051 }, /^an object is no address/],
    ["", /^"" is no address: it is a text/],
  ] as const;
  for (const [text, message] of cases) {
    assert.throws(() => parseSocketAddress(text as string), {
      name: "TypeError",
      code: "GANNET_INVALID_ARGUMENT",
      message,
    });
  }
});

test("a host and its port are told apart", () => {
  assert.deepEqual(splitHostPort("example.com"), { host: "example.com", port: undefined });
  assert.deepEqual(splitHostPort("::1"), { host: "::1", port: undefined });
  assert.deepEqual(splitHostPort("[::1]"), { host: "::1", port: undefined });
  assert.equal(splitHostPort("a b"), undefined);
});

test("addresses are told from names", () => {
  const addresses = ["127.0.0.1", "::1", "fe80::1%eth0", "::ffff:10.0.0.1"];
  assert.deepEqual(addresses.filter(isIpAddress), addresses);
  assert.deepEqual(["localhost", "256.1.1.1", "a.b.c.d", "12"].filter(isIpAddress), []);
});
