const TLS_ALERT = 0x15;
const TLS_HANDSHAKE = 0x16;

/**
 * What is wrong with the first bytes that a server sends on a plaintext connection, where they are not HTTP/2 but some
 * other protocol that is easily recognised; undefined where nothing is. No bytes at all are what most TLS servers answer.
 */
export function serverBytesProblem(chunk: Uint8Array): string | undefined {
  if (chunk.length === 0) {
    return "the server closed the connection without a word; perhaps it speaks TLS there (https:// or tls() would fit)";
  }
  if ((chunk[0] === TLS_ALERT || chunk[0] === TLS_HANDSHAKE) && chunk[1] === 0x03) {
    return "the server speaks TLS there, and plaintext was sent (https:// or tls() would fit)";
  }
  // A server's first frame is small: its length begins with a zero, which no text does (RFC 9113 §3.4).
  if (chunk[0] === 0) return undefined;
  const start = Buffer.from(chunk.subarray(0, 60)).toString("latin1");
  const line = start.split(/[\r\n]/)[0] ?? "";
  if (line.startsWith("HTTP/1.")) return `the server answers in HTTP/1, not HTTP/2: ${printable(line)}`;
  if (line.startsWith("SSH-")) return `an SSH server listens there: ${printable(line)}`;
  const isText = /^[\x20-\x7e]{4,}$/.test(line);
  const shown = isText ? JSON.stringify(line) : `the bytes ${Buffer.from(chunk.subarray(0, 4)).toString("hex")}`;
  return `the server does not speak HTTP/2 there: it begins with ${shown}; is the port right?`;
}

function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, "?");
}

/**
 * What is probably wrong where a server ends an encrypted connection without a byte. Some refuse the certificate of a
 * client like that: with TLS 1.3 they see it only when the client's handshake is over.
 */
export function certificateProblem(chunk: Uint8Array): string | undefined {
  if (chunk.length > 0) return undefined;
  return "the server closed the connection right behind the TLS handshake; perhaps it does not trust our certificate";
}
