/** Certificates or keys in PEM: text, or the bytes of it; several may stand in one text or in a list. */
export type PemText = string | Uint8Array | readonly (string | Uint8Array)[];

/** Who one side of a TLS connection is, and whom it believes. */
export interface TlsIdentity {
  /**
   * Who may have signed the peer's certificate.
   *
   * @default the authorities that Node knows, on clients; none on servers
   */
  readonly ca?: PemText | undefined;
  /**
   * Our own certificate, with those between it and its CA behind it.
   *
   * @default none
   */
  readonly cert?: PemText | undefined;
  /**
   * The key of `cert`.
   *
   * @default none
   */
  readonly key?: string | Uint8Array | undefined;
  /**
   * What `key` is encrypted with.
   *
   * @default none: it is not encrypted
   */
  readonly passphrase?: string | undefined;
}

/**
 * Tells the identity of the moment. It is asked for each connection, so it should keep what it knows; connections that
 * are open stay as they are. What cannot be used is reported as an event, and the identity before it stays.
 */
export type TlsIdentitySource = (() => TlsIdentity | Promise<TlsIdentity>) | TlsIdentityProvider;

/** A source with a name. */
export interface TlsIdentityProvider {
  /** For errors and events, such as the paths of the files. */
  readonly name?: string | undefined;
  current(): TlsIdentity | Promise<TlsIdentity>;
}

/** Texts of PEM, one by one. */
export function pemTexts(pem: PemText | undefined): string[] {
  if (pem === undefined) return [];
  const list = typeof pem === "string" || pem instanceof Uint8Array ? [pem] : pem;
  return list.map((one) => (typeof one === "string" ? one : Buffer.from(one).toString("latin1")));
}

/** Whether two identities have the same certificates and keys, in whatever form. */
export function isSameIdentity(one: TlsIdentity, other: TlsIdentity): boolean {
  if (one === other) return true;
  return one.passphrase === other.passphrase && fingerprintOf(one) === fingerprintOf(other);
}

function fingerprintOf({ ca, cert, key }: TlsIdentity): string {
  return JSON.stringify([pemTexts(ca), pemTexts(cert), pemTexts(key), ca === undefined]);
}
