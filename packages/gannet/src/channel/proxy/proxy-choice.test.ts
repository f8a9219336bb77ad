import assert from "node:assert/strict";
import { test } from "node:test";
import { chooseProxy } from "./index.ts";

test("unix sockets are connected to directly, hosts whose names begin like that are not", () => {
  const proxies = chooseProxy("proxy.test:3128", {}, "localhost", () => {});
  const ways = ["unix:/tmp/a.sock", "unix-abstract:a", "unix.example.com:443", "unix-1:443"].map(
    (address) => proxies.proxyFor(address)?.name,
  );
  assert.deepEqual(ways, [undefined, undefined, "proxy.test:3128", "proxy.test:3128"]);
});

test("a variable in capitals is told of, where none in small letters is set and the target is elsewhere", () => {
  const proxy = "http://proxy.test:3128";
  const ignoredFor = (environment: Readonly<Record<string, string>>, host = "api.example.com") => {
    const ignored: string[] = [];
    const choice = chooseProxy(undefined, environment, host, (variable) => ignored.push(variable));
    return [choice.proxyFor("api.example.com:443")?.name, ...ignored];
  };
  assert.deepEqual(ignoredFor({ HTTP_PROXY: proxy }), [undefined, "HTTP_PROXY"]);
  assert.deepEqual(ignoredFor({ HTTP_PROXY: proxy, HTTPS_PROXY: proxy }), [undefined, "HTTPS_PROXY"]);
  assert.deepEqual(ignoredFor({ HTTP_PROXY: proxy, http_proxy: proxy }), ["proxy.test:3128"]);
  assert.deepEqual(ignoredFor({ HTTP_PROXY: proxy }, "localhost"), [undefined]);
});
