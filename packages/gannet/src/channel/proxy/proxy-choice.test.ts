import assert from "node:assert/strict";
import { test } from "node:test";
import { chooseProxy } from "./index.ts";

test("unix sockets are connected to directly, hosts whose names begin like that are not", () => {
  const proxies = chooseProxy("proxy.test:3128", {}, () => {});
  const ways = ["unix:/tmp/a.sock", "unix-abstract:a", "unix.example.com:443", "unix-1:443"].map(
    (address) => proxies.proxyFor(address)?.name,
  );
  assert.deepEqual(ways, [undefined, undefined, "proxy.test:3128", "proxy.test:3128"]);
});
