const PREFACE_START = "PRI * HTTP/2.0";
const HTTP1_METHOD = /^(?:GET|HEAD|POST|PUT|DELETE|CONNECT|OPTIONS|TRACE|PATCH) /;
const LONGEST_METHOD = 8;
/** A TLS record that holds a handshake starts with these (RFC 8446 §5.1). */
const TLS_HANDSHAKE = 0x16;
const TLS_MAJOR = 0x03;

/** What a client speaks, judged by how it starts. `undecided` where more bytes are needed. */
export type SpokenProtocol = "http2" | "http1" | "tls" | "unknown" | "undecided";

/** Judges a connection by its first bytes. */
export function protocolOf(bytes: Uint8Array): SpokenProtocol {
  if (bytes.length === 0) return "undecided";
  if (bytes[0] === TLS_HANDSHAKE) return bytes.length === 1 ? "undecided" : bytes[1] === TLS_MAJOR ? "tls" : "unknown";
  const text = String.fromCharCode(...bytes.subarray(0, PREFACE_START.length));
  if (PREFACE_START.startsWith(text)) return text.length === PREFACE_START.length ? "http2" : "undecided";
  if (HTTP1_METHOD.test(text)) return "http1";
  const isTooShort = bytes.length < LONGEST_METHOD && /^[A-Z]+$/.test(text);
  return isTooShort ? "undecided" : "unknown";
}

/** Tells a client of HTTP/1 what this is. */
export const HTTP1_ANSWER: Uint8Array = new TextEncoder().encode(
  "HTTP/1.1 505 HTTP Version Not Supported\r\ncontent-type: text/plain\r\ncontent-length: 51\r\nconnection: close\r\n\r\n" +
    "This is a gRPC server: it speaks HTTP/2 and no 1.1\n",
);

/** A TLS alert `unexpected_message`, which a client of TLS shows as an error rather than as silence (RFC 8446 §6). */
export const TLS_ANSWER: Uint8Array = new Uint8Array([0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x0a]);
