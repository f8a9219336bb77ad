import type { Registry } from "@bufbuild/protobuf";
import { checkNumber } from "./check-options.ts";
import type { Compressor } from "./compressor.ts";

/** More than anybody sends, and few enough to hold. */
const MAX_METADATA_BYTES = 16 * 1024 * 1024;

/** What servers and channels have in common to say of messages and what goes with them. */
export interface MessageOptions {
  /**
   * Largest message that may come, in bytes, compressed or not. Larger ones fail with RESOURCE_EXHAUSTED, before
   * anything is allocated for them.
   *
   * @default 4194304
   */
  readonly maxReceiveBytes?: number | undefined;
  /**
   * Largest message that is sent, in bytes, before it is compressed. Larger ones fail with RESOURCE_EXHAUSTED, and nothing
   * of them is sent.
   *
   * @default no limit
   */
  readonly maxSendBytes?: number | undefined;
  /**
   * Largest header or trailer that a call may come with, in bytes, 32 counted in for each field. Calls with larger ones
   * fail with RESOURCE_EXHAUSTED. Those larger by half, or than 16384, end their stream before they are read: see
   * `http2.maxHeaderListBytes`. At most 16777216.
   *
   * @default 8192
   */
  readonly maxMetadataBytes?: number | undefined;
  /**
   * How messages may be compressed. What comes may be compressed with any of them, and the other side is told so. Those
   * that stand first are preferred where something is sent.
   *
   * @default gzip, deflate, br, and zstd where Node has it
   */
  readonly compressors?: readonly Compressor[] | undefined;
  /**
   * Whether messages are compressed that are sent, where the call says nothing of it.
   *
   * @default false
   */
  readonly compress?: boolean | undefined;
  /**
   * Smaller messages, in bytes, are sent as they are: there is nothing to win.
   *
   * @default 1024
   */
  readonly minCompressBytes?: number | undefined;
  /**
   * The types that may be in a `google.protobuf.Any`, and extensions: messages in JSON need them, as JSON has no place
   * for bytes of a type that nobody knows.
   *
   * @default none
   */
  readonly jsonRegistry?: Registry | undefined;
}

/** The keys of `MessageOptions`. */
export const MESSAGE_OPTION_KEYS: Readonly<Record<keyof MessageOptions, 0>> = {
  maxReceiveBytes: 0,
  maxSendBytes: 0,
  maxMetadataBytes: 0,
  compressors: 0,
  compress: 0,
  minCompressBytes: 0,
  jsonRegistry: 0,
};

/** @throws RangeError GANNET_INVALID_OPTION for a number out of its range */
export function checkMessageOptions(options: MessageOptions): void {
  checkNumber("maxReceiveBytes", options.maxReceiveBytes, 0);
  checkNumber("maxSendBytes", options.maxSendBytes, 0);
  checkNumber("maxMetadataBytes", options.maxMetadataBytes, 0, MAX_METADATA_BYTES);
  checkNumber("minCompressBytes", options.minCompressBytes, 0);
}
