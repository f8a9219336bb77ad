/** How a connection is encrypted. */
export interface TlsSession {
  /** Such as `TLSv1.3`. */
  readonly protocol: string;
  /** The cipher suite by its name in the standards, such as `TLS_AES_128_GCM_SHA256`. */
  readonly cipher: string;
}

/** What is known of the encryption of a connection. */
export interface TlsFacts extends TlsSession {
  /** Our certificate in DER; undefined where we have shown none. */
  readonly localCertificate: Uint8Array | undefined;
  /** The peer's certificate in DER; undefined where it has shown none. */
  readonly remoteCertificate: Uint8Array | undefined;
}
