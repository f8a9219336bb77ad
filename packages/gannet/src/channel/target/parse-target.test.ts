import assert from "node:assert/strict";
import { test } from "node:test";
import { insecure, tls } from "../credentials/index.ts";
import { chooseSecurity } from "./choose-security.ts";
import { parseTarget } from "./parse-target.ts";

test("each kind of target is read", () => {
  const cases = [
    ["http://localhost:50051", "dns", "localhost:50051", "localhost:50051", "localhost", "plaintext"],
    ["http://localhost/", "dns", "localhost:80", "localhost", "localhost", "plaintext"],
    ["https://api.example.com", "dns", "api.example.com:443", "api.example.com", "api.example.com", "tls"],
    ["https://[::1]:8443", "dns", "[::1]:8443", "[::1]:8443", "::1", "tls"],
    ["dns:api.example.com", "dns", "api.example.com:443", "api.example.com", "api.example.com", undefined],
    [
      "dns:///api.example.com:50051",
      "dns",
      "api.example.com:50051",
      "api.example.com:50051",
      "api.example.com",
      undefined,
    ],
    ["127.0.0.1:50010", "dns", "127.0.0.1:50010", "127.0.0.1:50010", "127.0.0.1", undefined],
    ["localhost:50051", "dns", "localhost:50051", "localhost:50051", "localhost", undefined],
    ["ipv4:10.0.0.1:80,10.0.0.2", "ipv4", "10.0.0.1:80,10.0.0.2:443", "10.0.0.1:80", "10.0.0.1", undefined],
    ["ipv6:[2001:db8::1]:80", "ipv6", "[2001:db8::1]:80", "[2001:db8::1]:80", "2001:db8::1", undefined],
    ["unix:relative.sock", "unix", "relative.sock", "localhost", "localhost", "plaintext"],
    ["unix:/tmp/a.sock", "unix", "/tmp/a.sock", "localhost", "localhost", "plaintext"],
    ["unix:///tmp/a.sock", "unix", "/tmp/a.sock", "localhost", "localhost", "plaintext"],
    ["unix-abstract:server", "unix-abstract", "server", "localhost", "localhost", "plaintext"],
    ["unix-abstract:///server", "unix-abstract", "/server", "localhost", "localhost", "plaintext"],
    ["passthrough:///localhost:1", "passthrough", "localhost:1", "localhost:1", "localhost", undefined],
    ["passthrough:[::1]:1", "passthrough", "[::1]:1", "[::1]:1", "::1", undefined],
  ] as const;
  for (const [text, scheme, endpoint, authority, host, security] of cases) {
    const { isSecurityFixed: _, assumedPort: __, ...target } = parseTarget(text);
    assert.deepEqual(target, { text, scheme, endpoint, security, authority, host });
  }
});

test("a port that was taken because none was given is known, unless https:// says which", () => {
  const texts = [
    "localhost",
    "dns:///localhost",
    "http://localhost",
    "https://localhost",
    "localhost:443",
    "http://a:80",
    "ipv4:10.0.0.1",
    "ipv6:[::1]:1,[::2]",
    "ipv4:10.0.0.1:443",
  ];
  assert.deepEqual(
    texts.map((text) => parseTarget(text).assumedPort),
    [443, 443, 80, undefined, undefined, undefined, 443, 443, undefined],
  );
});

test("a scheme of the channel's own wins", () => {
  const target = parseTarget("zoo:///birds/gannet:7", ["zoo"]);
  assert.equal(target.scheme, "zoo");
  assert.equal(target.endpoint, "birds/gannet:7");
});

test("what cannot be a target is refused with what is wrong", () => {
  const cases = [
    ["", /it is a text such as/],
    ["http://localhost/api", /has no path, but this one has \/api/],
    ["http://", /a host is missing/],
    ["http://user:word@host", /no user name or password/],
    ["htp://localhost", /nothing resolves htp:\/\/; .* `resolvers` takes what resolves others/],
    ["HTTP://localhost", /nothing resolves HTTP:\/\//],
    ["dns://ns.example.com/example.com", /ns.example.com is no address of a name server/],
    ["dns:///", /no name or address/],
    ["ipv4:localhost:80", /localhost:80 is no IPv4 address/],
    ["ipv4:[::1]:80", /is no IPv4 address/],
    ["unix:", /a path is missing/],
    ["unix-abstract:", /a name is missing, as in unix-abstract:server/],
    ["unix-abstract:a\0b", /there is a null byte in it/],
    ["passthrough:///", /no name or address/],
    ["passthrough://here/localhost:1", /a host is missing/],
    ["localhost:99999", /is no host and port/],
    ["localhost:0", /port 0/],
    [":50051", /a host is missing/],
  ] as const;
  for (const [text, message] of cases) {
    assert.throws(() => parseTarget(text), { name: "TypeError", code: "GANNET_INVALID_ARGUMENT", message });
  }
});

test("security follows the target, else the credentials", () => {
  assert.equal(chooseSecurity(parseTarget("http://localhost"), undefined), undefined);
  assert.equal(chooseSecurity(parseTarget("http://localhost"), insecure()), undefined);
  assert.equal(chooseSecurity(parseTarget("unix:/a"), undefined), undefined);
  assert.equal(chooseSecurity(parseTarget("localhost:1"), insecure()), undefined);
  assert.equal(chooseSecurity(parseTarget("https://localhost"), undefined)?.kind, "tls");
  assert.equal(chooseSecurity(parseTarget("https://localhost"), tls({ serverName: "a" }))?.serverName, "a");
  assert.equal(chooseSecurity(parseTarget("unix:/a"), tls())?.kind, "tls");
});

test("a target and credentials that leave it open, or contradict, are refused", () => {
  const open = /"localhost:1" does not say whether to use TLS: pass credentials: insecure\(\) or credentials: tls\(\)/;
  assert.throws(() => chooseSecurity(parseTarget("localhost:1"), undefined), {
    code: "GANNET_INVALID_OPTION",
    message: open,
  });
  assert.throws(
    () => chooseSecurity(parseTarget("http://a"), tls()),
    /means plaintext, but credentials are tls\(\): write https:/,
  );
  assert.throws(
    () => chooseSecurity(parseTarget("https://a"), insecure()),
    /means TLS, but credentials are insecure\(\)/,
  );
  assert.throws(() => chooseSecurity(parseTarget("a:1"), { kind: "tls" }), /made by insecure\(\) or tls\(\)/);
});

test("options of tls that are none are refused", () => {
  assert.throws(() => tls({ serverNmae: "a" } as object), {
    code: "GANNET_UNKNOWN_OPTION",
    message: /did you mean serverName/,
  });
});

test("a name server may stand before the name", () => {
  const { endpoint, authority, nameServer } = parseTarget("dns://192.0.2.1:5353/example.com:80");
  assert.deepEqual([endpoint, authority, nameServer], ["example.com:80", "example.com:80", "192.0.2.1:5353"]);
  assert.equal(parseTarget("dns://[2001:db8::1]/example.com").nameServer, "[2001:db8::1]");
  assert.equal(parseTarget("dns:///example.com").nameServer, undefined);
});
