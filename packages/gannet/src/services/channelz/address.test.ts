import assert from "node:assert/strict";
import { test } from "node:test";
import { bytesOfIp, channelzAddress } from "./address.ts";

for (const [text, hex] of [
  ["127.0.0.1", "7f000001"],
  ["::", "0".repeat(32)],
  ["::1", `${"0".repeat(31)}1`],
  ["2001:db8::7", "20010db8000000000000000000000007"],
  ["1:2:3:4:5:6:7:8", "00010002000300040005000600070008"],
  ["fe80::1%eth0", "fe800000000000000000000000000001"],
  ["::ffff:203.0.113.7", "00000000000000000000ffffcb007107"],
] as const) {
  test(`the bytes of ${text}`, () => assert.equal(Buffer.from(bytesOfIp(text)).toString("hex"), hex));
}

test("an address is of TCP, of a unix socket, or something else", () => {
  assert.equal(channelzAddress("[::1]:443").address?.case, "tcpipAddress");
  assert.deepEqual(channelzAddress("127.0.0.1:443").address, {
    case: "tcpipAddress",
    value: { ipAddress: Uint8Array.of(127, 0, 0, 1), port: 443 },
  });
  assert.deepEqual(channelzAddress("unix:/run/a.sock").address, {
    case: "udsAddress",
    value: { filename: "/run/a.sock" },
  });
  assert.deepEqual(channelzAddress("in-memory").address, { case: "otherAddress", value: { name: "in-memory" } });
  assert.equal(channelzAddress("db.example:5000").address?.case, "otherAddress");
});
