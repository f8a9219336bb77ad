import { constants as bufferConstants } from "node:buffer";
import * as zlib from "node:zlib";
import { type Compressor, checkNumber, checkOptionKeys, GrpcError, misuse } from "../core/index.ts";
import { isWholeZstdFrame } from "./zstd-frame.ts";

/** How hard to try. */
export interface CompressionLevel {
  /** From fast to small; the range is that of the compression. */
  readonly level?: number | undefined;
}

/** What all of Node's functions take of their options. */
interface InflateOptions {
  readonly maxOutputLength: number;
}
type Inflate = (bytes: Uint8Array, options: InflateOptions) => Uint8Array;
type Deflate = (bytes: Uint8Array) => Uint8Array;

/** What newer versions of Node have. */
interface Zstd {
  readonly zstdCompressSync?: (bytes: Uint8Array, options: object) => Uint8Array;
  readonly zstdDecompressSync?: Inflate;
}

const LEVEL_KEYS: ReadonlySet<string> = new Set<string & keyof CompressionLevel>(["level"]);
const GZIP_LEVEL = 6;
/** Its own default, 11, takes a hundred times as long for a few percent. */
const BROTLI_LEVEL = 4;
const ZSTD_LEVEL = 3;
const MAX_ZSTD_LEVEL = 22;
/** `ZSTD_c_compressionLevel`, which older versions of Node do not name. */
const ZSTD_LEVEL_PARAMETER = 100;

/**
 * gzip (RFC 1952), which all of gRPC knows.
 *
 * @param options.level from 0 to 9
 * @default level 6
 */
export function gzip(options: CompressionLevel = {}): Compressor {
  const level = readLevel(options, "gzip", GZIP_LEVEL, 9);
  return nodeCompressor("gzip", (bytes) => zlib.gzipSync(bytes, { level }), zlib.gunzipSync);
}

/**
 * deflate as HTTP has it: in the format of zlib (RFC 1950).
 *
 * @param options.level from 0 to 9
 * @default level 6
 */
export function deflate(options: CompressionLevel = {}): Compressor {
  const level = readLevel(options, "deflate", GZIP_LEVEL, 9);
  return nodeCompressor("deflate", (bytes) => zlib.deflateSync(bytes, { level }), zlib.inflateSync);
}

/**
 * Brotli (RFC 7932), called `br`.
 *
 * @param options.level from 0 to 11
 * @default level 4
 */
export function brotli(options: CompressionLevel = {}): Compressor {
  const level = readLevel(options, "brotli", BROTLI_LEVEL, 11);
  const params = { [zlib.constants.BROTLI_PARAM_QUALITY]: level };
  return nodeCompressor("br", (bytes) => zlib.brotliCompressSync(bytes, { params }), zlib.brotliDecompressSync);
}

/**
 * Zstandard (RFC 8878), on Node 22.15, 23.8 and newer.
 *
 * @param options.level from 1 to 22
 * @throws TypeError GANNET_INVALID_ARGUMENT where Node does not have it
 * @default level 3
 */
export function zstd(options: CompressionLevel = {}): Compressor {
  const { zstdCompressSync, zstdDecompressSync } = zlib as Zstd;
  if (zstdCompressSync === undefined || zstdDecompressSync === undefined) {
    throw misuse(
      TypeError,
      "GANNET_INVALID_ARGUMENT",
      `Node ${process.versions.node} has no zstd: it needs 22.15 or newer`,
    );
  }
  const level = readLevel(options, "zstd", ZSTD_LEVEL, MAX_ZSTD_LEVEL);
  const params = { [ZSTD_LEVEL_PARAMETER]: level };
  const inflate: Inflate = (bytes, inflateOptions) => {
    if (!isWholeZstdFrame(bytes)) throw new Error("this is no frame of zstd, or not all of one");
    return zstdDecompressSync(bytes, inflateOptions);
  };
  return nodeCompressor("zstd", (bytes) => zstdCompressSync(bytes, { params }), inflate);
}

/** gzip, deflate, br, and zstd where Node has it. */
export function defaultCompressors(): readonly Compressor[] {
  const everywhere = [gzip(), deflate(), brotli()];
  return (zlib as Zstd).zstdCompressSync === undefined ? everywhere : [...everywhere, zstd()];
}

function nodeCompressor(name: string, compress: Deflate, inflate: Inflate): Compressor {
  return {
    name,
    compress,
    decompress(bytes, maxBytes) {
      // Node knows no limit of 0, nor one beyond what it can hold.
      const maxOutputLength = Math.min(Math.max(maxBytes, 1), bufferConstants.MAX_LENGTH);
      try {
        return inflate(bytes, { maxOutputLength });
      } catch (error) {
        throw isTooLarge(error) ? tooLargeError(maxBytes, error) : error;
      }
    },
  };
}

function isTooLarge(error: unknown): boolean {
  return error instanceof RangeError && (error as { readonly code?: unknown }).code === "ERR_BUFFER_TOO_LARGE";
}

function tooLargeError(maxBytes: number, cause: unknown): GrpcError {
  return new GrpcError("RESOURCE_EXHAUSTED", `there are more than ${maxBytes} bytes`, { cause });
}

function readLevel(options: CompressionLevel, owner: string, usual: number, most: number): number {
  checkOptionKeys(options, LEVEL_KEYS, owner);
  checkNumber(`${owner} level`, options.level, 0, most);
  return options.level ?? usual;
}
