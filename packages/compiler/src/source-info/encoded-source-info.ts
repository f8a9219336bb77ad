import { create, fromBinary } from "@bufbuild/protobuf";
import { type SourceCodeInfo, type SourceCodeInfo_Location, SourceCodeInfoSchema } from "@bufbuild/protobuf/wkt";

/** Where source info has its bytes, for as long as nobody has looked at its locations. */
const BYTES: unique symbol = Symbol("bytes");

/**
 * Source info whose locations become messages when they are first asked for. Most are not: they are written to a descriptor
 * set or sent to a plugin, as the bytes that they are.
 */
export function decodeLazily(bytes: Uint8Array): SourceCodeInfo {
  const info: SourceCodeInfo & { [BYTES]?: Uint8Array } = create(SourceCodeInfoSchema);
  const set = (location: SourceCodeInfo_Location[]): void => {
    // Who has the messages may change them.
    delete info[BYTES];
    Object.defineProperty(info, "location", { value: location, writable: true, enumerable: true, configurable: true });
  };
  const get = (): SourceCodeInfo_Location[] => {
    const { location } = fromBinary(SourceCodeInfoSchema, bytes);
    set(location);
    return location;
  };
  Object.defineProperty(info, BYTES, { value: bytes, configurable: true });
  return Object.defineProperty(info, "location", { get, set, enumerable: true, configurable: true });
}

/** The bytes of source info whose locations nobody has asked for; undefined for all other. */
export function encodedSourceInfo(info: SourceCodeInfo | undefined): Uint8Array | undefined {
  return (info as { [BYTES]?: Uint8Array } | undefined)?.[BYTES];
}
