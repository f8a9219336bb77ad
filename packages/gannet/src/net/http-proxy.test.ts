import assert from "node:assert/strict";
import { test } from "node:test";
import { parseHttpProxy } from "./http-proxy.ts";
import { NoProxyList } from "./no-proxy-list.ts";

function basic(text: string): string {
  return `Basic ${Buffer.from(text).toString("base64")}`;
}

test("a proxy is read with and without scheme, port, user and password", () => {
  const cases = [
    ["http://proxy.example.com:3128", "proxy.example.com:3128", undefined],
    ["HTTP://proxy/", "proxy:80", undefined],
    ["proxy:3128", "proxy:3128", undefined],
    ["http://[2001:db8::1]:3128", "[2001:db8::1]:3128", undefined],
    ["http://otto:geheim@proxy:3128", "proxy:3128", basic("otto:geheim")],
    ["http://otto@proxy:3128", "proxy:3128", basic("otto:")],
    ["http://ot%3Ato:ge:h%40im%C3%A4@proxy:3128", "proxy:3128", basic("ot:to:ge:h@imä")],
  ] as const;
  for (const [text, name, authorization] of cases) {
    const proxy = parseHttpProxy(text);
    assert.deepEqual([proxy.name, proxy.authorization], [name, authorization], text);
  }
});

test("what is no proxy is refused without telling the password", () => {
  const cases = [
    ["https://otto:geheim@proxy:3128", /spoken to in plain HTTP, as in http:\/\/proxy:3128, and not by https:/],
    ["socks5://proxy:1080", /not by socks5:/],
    ["http://otto:geheim@", /a proxy is written as/],
    ["http://proxy:0", /a proxy is written as/],
    ["http://proxy:99999", /a proxy is written as/],
    ["http://proxy:3128/path", /a proxy is written as/],
    ["http://ot%to:geheim@proxy", /write it as %25/],
    ["", /a proxy is written as/],
  ] as const;
  for (const [text, message] of cases) {
    assert.throws(
      () => parseHttpProxy(text),
      (error: Error) => message.test(error.message) && !error.message.includes("geheim"),
      text,
    );
  }
});

test("hosts without a proxy are named, with all below them, by address, block of addresses, or all at once", () => {
  const list = new NoProxyList(
    "example.com, .corp.test,*.lan 10.0.0.0/8,192.0.2.7,2001:db8::/32,[::5]:9,198.51.100.1:8443,one.test:8080,,/9",
  );
  const cases: readonly (readonly [host: string, isDirect: boolean, port?: number])[] = [
    ["example.com", true],
    ["EXAMPLE.com.", true],
    ["api.example.com", true],
    ["notexample.com", false],
    ["example.com.test", false],
    ["corp.test", true],
    ["a.b.corp.test", true],
    ["printer.lan", true],
    ["10.1.2.3", true],
    ["11.1.2.3", false],
    ["192.0.2.7", true],
    ["192.0.2.70", false],
    ["2001:db8::1", true],
    ["2001:db9::1", false],
    ["::5", true, 9],
    ["0:0:0:0:0:0:0:5", true, 9],
    ["::5", false],
    ["::5:9", false],
    ["198.51.100.1", true, 8443],
    ["198.51.100.1", false],
    ["one.test", true, 8080],
    ["one.test", false, 443],
    ["", false],
  ];
  for (const [host, isDirect, port = 443] of cases) assert.equal(list.has(host, port), isDirect, host);
  assert.equal(new NoProxyList("a, *").has("anything.example", 1), true);
  assert.equal(new NoProxyList("").has("localhost", 1), false);
  assert.equal(new NoProxyList("10.0.0.0/33,10.0.0.0/x,10.0.0.0/,10.0.0.0/-1").has("10.0.0.1", 1), false);
});
