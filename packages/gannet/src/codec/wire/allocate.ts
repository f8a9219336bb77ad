interface BufferClass {
  allocUnsafe(byteLength: number): Uint8Array<ArrayBuffer>;
}

const buffers = (globalThis as { readonly Buffer?: BufferClass }).Buffer;
/** V8 keeps an array of up to so many bytes with its object. */
const OWN_BYTES = 64;

/**
 * An array of so many bytes, which are whatever was there. Where there is Node, a short one shares its `ArrayBuffer` with
 * others, which takes a third of the time, and cannot be transferred to another thread, which would take it from those.
 */
export function allocate(byteLength: number): Uint8Array<ArrayBuffer> {
  if (byteLength <= OWN_BYTES || buffers === undefined) return new Uint8Array(byteLength);
  const part = buffers.allocUnsafe(byteLength);
  return new Uint8Array(part.buffer, part.byteOffset, byteLength);
}
