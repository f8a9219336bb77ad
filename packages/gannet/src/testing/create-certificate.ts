import { createPrivateKey, generateKeyPairSync, randomBytes, sign, X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { checkOptionKeys } from "../core/index.ts";

const ECDSA_WITH_SHA256 = "2a8648ce3d040302";
const COMMON_NAME = "550403";
const SUBJECT_ALT_NAME = "551d11";
const BASIC_CONSTRAINTS = "551d13";
const DAY_MS = 24 * 60 * 60 * 1000;
const KEYS: ReadonlySet<string> = new Set<keyof TestCertificateOptions>([
  "signedBy",
  "commonName",
  "validFrom",
  "validTo",
]);

/** A certificate and its key, in PEM. */
export interface TestCertificate {
  readonly cert: string;
  readonly key: string;
}

/** How a certificate differs from one that is just right. */
export interface TestCertificateOptions {
  /**
   * Whose key signs it: its CA.
   *
   * @default its own, so that it is its own CA
   */
  readonly signedBy?: TestCertificate | undefined;
  /**
   * The common name of its subject.
   *
   * @default the first name
   */
  readonly commonName?: string | undefined;
  /** @default yesterday */
  readonly validFrom?: Date | undefined;
  /** @default tomorrow */
  readonly validTo?: Date | undefined;
}

/**
 * Makes a certificate that is valid for a day. It signs itself and is its own `ca`, unless another signs it. For tests
 * only.
 *
 * @param names the host names, addresses, URIs and e-mail addresses that it is for
 */
export function createCertificate(
  names: readonly string[] = ["localhost", "127.0.0.1"],
  options: TestCertificateOptions = {},
): TestCertificate {
  checkOptionKeys(options, KEYS, "createCertificate");
  const { signedBy, commonName = names[0] ?? "test" } = options;
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const algorithm = sequence(objectId(ECDSA_WITH_SHA256));
  const serial = randomBytes(8);
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
  const constraints = signedBy === undefined ? sequence(der(0x01, Buffer.from([0xff]))) : sequence();
  const body = sequence(
    der(0xa0, integer(Buffer.from([2]))),
    integer(serial),
    algorithm,
    distinguishedName(signedBy === undefined ? commonName : commonNameOf(signedBy)),
    sequence(
      time(options.validFrom?.getTime() ?? Date.now() - DAY_MS),
      time(options.validTo?.getTime() ?? Date.now() + DAY_MS),
    ),
    distinguishedName(commonName),
    publicKey.export({ type: "spki", format: "der" }),
    der(
      0xa3,
      sequence(
        ...(names.length === 0 ? [] : [extension(SUBJECT_ALT_NAME, sequence(...names.map(alternativeName)))]),
        extension(BASIC_CONSTRAINTS, constraints),
      ),
    ),
  );
  const signer = signedBy === undefined ? privateKey : createPrivateKey(signedBy.key);
  const signature = Buffer.concat([Buffer.from([0]), sign("sha256", body, signer)]);
  const base64 = sequence(body, algorithm, der(0x03, signature)).toString("base64");
  const lines = base64.match(/.{1,64}/g)?.join("\n") ?? "";
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

function distinguishedName(commonName: string): Buffer {
  return sequence(der(0x31, sequence(objectId(COMMON_NAME), der(0x0c, Buffer.from(commonName)))));
}

function commonNameOf({ cert }: TestCertificate): string {
  return String(new X509Certificate(cert).toLegacyObject().subject.CN);
}

function der(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  if (body.length < 0x80) return Buffer.concat([Buffer.from([tag, body.length]), body]);
  return Buffer.concat([Buffer.from([tag, 0x82, body.length >> 8, body.length & 0xff]), body]);
}

function sequence(...content: readonly Uint8Array[]): Buffer {
  return der(0x30, ...content);
}

function integer(bytes: Uint8Array): Buffer {
  return der(0x02, bytes);
}

function objectId(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, "hex"));
}

/** GeneralizedTime, such as 20260131235959Z. */
function time(ms: number): Buffer {
  const text = new Date(ms).toISOString().replace(/[-:T]/g, "").slice(0, 14);
  return der(0x18, Buffer.from(`${text}Z`));
}

function extension(id: string, value: Uint8Array): Buffer {
  return sequence(objectId(id), der(0x04, value));
}

function alternativeName(name: string): Buffer {
  const text = Buffer.from(name);
  if (isIP(name) === 4) return der(0x87, Buffer.from(name.split(".").map(Number)));
  if (isIP(name) === 6) return der(0x87, addressBytes(name));
  if (name.includes("://")) return der(0x86, text);
  return der(name.includes("@") ? 0x81 : 0x82, text);
}

function addressBytes(address: string): Buffer {
  const [head = "", tail = ""] = address.split("::");
  const groups = (text: string) => (text === "" ? [] : text.split(":"));
  const missing = address.includes("::") ? 8 - groups(head).length - groups(tail).length : 0;
  const all = [...groups(head), ...Array.from({ length: missing }, () => "0"), ...groups(tail)];
  return Buffer.from(all.map((group) => group.padStart(4, "0")).join(""), "hex");
}
