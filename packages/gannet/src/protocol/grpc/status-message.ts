const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** A status message as `grpc-message` carries it: UTF-8, what is not printable ASCII percent-encoded. */
export function encodeStatusMessage(message: string): string {
  if (/^[\x20-\x24\x26-\x7e]*$/.test(message) && message === message.trim()) return message;
  let encoded = "";
  const bytes = encoder.encode(message);
  for (const [index, byte] of bytes.entries()) {
    const isBlankAtEnd = byte === 0x20 && (index === 0 || index === bytes.length - 1);
    const isPlain = byte >= 0x20 && byte <= 0x7e && byte !== 0x25 && !isBlankAtEnd;
    encoded += isPlain ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return encoded;
}

/** The message in a `grpc-message`. Never fails: what is malformed stays as it is (PROTOCOL-HTTP2, "Status-Message"). */
export function decodeStatusMessage(encoded: string): string {
  if (/^[\x20-\x24\x26-\x7e]*$/.test(encoded)) return encoded;
  const bytes: number[] = [];
  for (let at = 0; at < encoded.length; at++) {
    const hex = encoded.slice(at + 1, at + 3);
    if (encoded[at] === "%" && /^[0-9a-fA-F]{2}$/.test(hex)) {
      bytes.push(Number.parseInt(hex, 16));
      at += 2;
    } else {
      bytes.push(encoded.charCodeAt(at) & 0xff);
    }
  }
  return decoder.decode(Uint8Array.from(bytes));
}
