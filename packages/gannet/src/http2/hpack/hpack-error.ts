/** A header block that is none: the connection cannot go on, as its tables are no longer the peer's (RFC 7541). */
export class HpackError extends Error {
  override readonly name = "HpackError";
}
