import type { X509Certificate } from "node:crypto";
import type { PeerIdentity } from "../core/index.ts";

/** What a certificate says of who has it. To be asked only of one that was verified. */
export function readPeerIdentity(certificate: X509Certificate): PeerIdentity {
  const names = parseAlternativeNames(certificate.subjectAltName ?? "");
  const valuesOf = (kind: string) => names.filter(([one]) => one === kind).map(([, value]) => value);
  const commonName: unknown = certificate.toLegacyObject().subject?.CN;
  return {
    // Of several, some would take the first and some the last.
    commonName: typeof commonName === "string" ? commonName : undefined,
    subject: oneLine(certificate.subject),
    issuer: oneLine(certificate.issuer),
    dnsNames: valuesOf("DNS"),
    uris: valuesOf("URI"),
    emails: valuesOf("email"),
    ipAddresses: valuesOf("IP Address"),
    fingerprint: certificate.fingerprint256.replaceAll(":", "").toLowerCase(),
    validFrom: new Date(certificate.validFrom),
    validTo: new Date(certificate.validTo),
  };
}

function oneLine(name: string | undefined): string {
  return (name ?? "").replaceAll("\n", ", ");
}

/**
 * Takes the text apart that Node makes of alternative names: `DNS:a.example, URI:"spiffe://b,c"`. A value that could be
 * taken for more than one is quoted as in JSON, so that none can pass for another.
 */
export function parseAlternativeNames(text: string): [kind: string, value: string][] {
  const names: [string, string][] = [];
  let at = 0;
  while (at < text.length) {
    const colon = text.indexOf(":", at);
    if (colon < 0) return names;
    const kind = text.slice(at, colon);
    const start = colon + 1;
    const isQuoted = text[start] === '"';
    const end = isQuoted ? endOfQuote(text, start) : endOfPlain(text, start);
    const value = text.slice(start, end);
    names.push([kind, isQuoted ? unquote(value) : value]);
    at = end + ", ".length;
  }
  return names;
}

function endOfPlain(text: string, start: number): number {
  const comma = text.indexOf(", ", start);
  return comma < 0 ? text.length : comma;
}

/** The offset behind the closing quote. */
function endOfQuote(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === '"') return at + 1;
  }
  return text.length;
}

function unquote(value: string): string {
  try {
    return String(JSON.parse(value));
  } catch {
    // Not as Node writes it: it stays what it is, and equals no name that anybody expects.
    return value;
  }
}
