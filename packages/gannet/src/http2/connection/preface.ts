import { Http2Code, Http2Error } from "../http2-error.ts";

/** What a client says before its first frame (RFC 9113 §3.4). */
export const PREFACE: Uint8Array = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "latin1");

/** Takes the preface off what a client says, in whatever pieces it comes. */
export class PrefaceReader {
  #seenBytes = 0;

  get isWhole(): boolean {
    return this.#seenBytes === PREFACE.length;
  }

  /**
   * Returns the offset behind what the chunk has of the preface.
   *
   * @throws Http2Error for anything else
   */
  read(chunk: Uint8Array): number {
    let at = 0;
    while (at < chunk.length && this.#seenBytes < PREFACE.length) {
      if (chunk[at] !== PREFACE[this.#seenBytes]) {
        throw new Http2Error(0, Http2Code.ProtocolError, "the connection does not start with the HTTP/2 preface");
      }
      at++;
      this.#seenBytes++;
    }
    return at;
  }
}
