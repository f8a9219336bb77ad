import type { Registry } from "@bufbuild/protobuf";
import type { Compressor } from "./compressor.ts";
import { flag, listOf, numberFrom, type OptionChecks, objectWith, oneOf } from "./option-checks.ts";

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
   * How messages are encoded and decoded in protobuf's binary format. `compiled` has code for each type: what `gannet gen
   * --codecs` has generated, else what is made when a few messages of the type have come or gone, where this environment
   * allows source text to be evaluated. `interpreted` looks every field up, several times slower, and evaluates nothing.
   *
   * @default "compiled"
   */
  readonly codecs?: "compiled" | "interpreted" | undefined;
  /**
   * The types that may be in a `google.protobuf.Any`, and extensions: messages in JSON need them, as JSON has no place
   * for bytes of a type that nobody knows.
   *
   * @default none
   */
  readonly jsonRegistry?: Registry | undefined;
}

/** What each of `MessageOptions` may be. */
export const MESSAGE_OPTION_CHECKS: OptionChecks<MessageOptions> = {
  maxReceiveBytes: numberFrom(0),
  maxSendBytes: numberFrom(0),
  maxMetadataBytes: numberFrom(0, MAX_METADATA_BYTES),
  compressors: listOf("compressors, such as gzip()", isCompressor),
  compress: flag,
  minCompressBytes: numberFrom(0),
  codecs: oneOf("compiled", "interpreted"),
  jsonRegistry: objectWith("a registry, such as createRegistry() makes", "getMessage"),
};

function isCompressor(value: unknown): boolean {
  const { name, compress, decompress } = Object(value) as { readonly [K in keyof Compressor]?: unknown };
  return typeof name === "string" && typeof compress === "function" && typeof decompress === "function";
}
