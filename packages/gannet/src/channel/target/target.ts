/** What a channel is for, once its text has been read. */
export interface Target {
  /** As it was given. */
  readonly text: string;
  /** Which resolver finds its addresses: `dns`, `ipv4`, `ipv6`, `unix`, `unix-abstract`, `passthrough`, or one of the channel's own. */
  readonly scheme: string;
  /** What that resolver resolves, without scheme and slashes: `example.com:443`, `/tmp/server.sock`. */
  readonly endpoint: string;
  /** What the target itself says about TLS; undefined where credentials have to. */
  readonly security: "plaintext" | "tls" | undefined;
  /** Whether the target may be used without credentials, as `security` says. */
  readonly isSecurityFixed: boolean;
  /** What goes into `:authority`, unless the channel's options say otherwise. */
  readonly authority: string;
  /** The name or address that the server's certificate has to have. */
  readonly host: string;
  /** The name server to ask, as `192.0.2.1` or `192.0.2.1:53`; undefined for the system's. */
  readonly nameServer?: string | undefined;
  /**
   * The port that was taken because the text, or an address in it, has none, and does not say by `https://` which is meant; else
   * undefined.
   */
  readonly assumedPort?: number;
}
