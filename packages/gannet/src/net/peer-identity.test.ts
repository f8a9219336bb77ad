import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { test } from "node:test";
import { createCertificate } from "../testing/index.ts";
import { parseAlternativeNames, readPeerIdentity } from "./peer-identity.ts";

test("an identity has each kind of name that a certificate can have", () => {
  const names = [
    "a.example",
    "*.b.example",
    "spiffe://example.org/orders",
    "me@example.org",
    "192.0.2.7",
    "2001:db8::7",
  ];
  const certificate = new X509Certificate(createCertificate(names, { commonName: "orders" }).cert);
  const identity = readPeerIdentity(certificate);
  assert.equal(identity.commonName, "orders");
  assert.equal(identity.subject, "CN=orders");
  assert.equal(identity.issuer, "CN=orders");
  assert.deepEqual(identity.dnsNames, ["a.example", "*.b.example"]);
  assert.deepEqual(identity.uris, ["spiffe://example.org/orders"]);
  assert.deepEqual(identity.emails, ["me@example.org"]);
  assert.deepEqual(identity.ipAddresses, ["192.0.2.7", "2001:DB8:0:0:0:0:0:7"]);
  assert.match(identity.fingerprint, /^[0-9a-f]{64}$/);
  assert.ok(identity.validFrom < new Date() && identity.validTo > new Date());
});

test("a name cannot pass for two, or for one of another kind", () => {
  const names = ["evil.example, DNS:bank.example", 'spiffe://a", DNS:"bank.example', "x://\u0000bank.example"];
  const certificate = new X509Certificate(createCertificate(names, { commonName: "x\nCN=bank.example" }).cert);
  const identity = readPeerIdentity(certificate);
  assert.deepEqual(identity.dnsNames, [names[0]]);
  assert.deepEqual(identity.uris, [names[1], names[2]]);
  assert.equal(identity.commonName, "x\nCN=bank.example");
});

test("a certificate without names has none", () => {
  const identity = readPeerIdentity(new X509Certificate(createCertificate([], { commonName: "only" }).cert));
  assert.deepEqual([identity.dnsNames, identity.uris, identity.emails, identity.ipAddresses], [[], [], [], []]);
});

test("text that Node does not write is no reason to fail", () => {
  for (const text of ["DNS", 'DNS:"a', 'DNS:"\\', 'DNS:"\\x"', "DNS:", ", , :", 'DNS:"a"b, DNS:c']) {
    assert.ok(Array.isArray(parseAlternativeNames(text)));
  }
});
