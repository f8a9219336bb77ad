import type { Compressor, MessageOptions } from "../../core/index.ts";
import { CompressorSet } from "./compression.ts";

const MAX_RECEIVE_BYTES = 4 * 1024 * 1024;
const MAX_METADATA_BYTES = 8 * 1024;
const MIN_COMPRESS_BYTES = 1024;

/** `MessageOptions` with their defaults, as the calls of a server or channel need them. */
export interface MessageSettings {
  readonly maxReceiveBytes: number;
  readonly maxSendBytes: number;
  readonly maxMetadataBytes: number;
  readonly compressors: CompressorSet;
  /** Whether to compress where the call says nothing of it. */
  readonly compress: boolean;
  readonly minCompressBytes: number;
}

/**
 * Fills in what was not said.
 *
 * @param compressors those to use where none were given
 * @throws TypeError GANNET_INVALID_OPTION for a compressor that is none
 */
export function messageSettings(options: MessageOptions, compressors: () => readonly Compressor[]): MessageSettings {
  return {
    maxReceiveBytes: options.maxReceiveBytes ?? MAX_RECEIVE_BYTES,
    maxSendBytes: options.maxSendBytes ?? Number.POSITIVE_INFINITY,
    maxMetadataBytes: options.maxMetadataBytes ?? MAX_METADATA_BYTES,
    compressors: new CompressorSet(options.compressors ?? compressors()),
    compress: options.compress ?? false,
    minCompressBytes: options.minCompressBytes ?? MIN_COMPRESS_BYTES,
  };
}
