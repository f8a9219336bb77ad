import type { DescMessage } from "@bufbuild/protobuf";
import type { Codec, CodecChoice, CodecCounts, CodecKind, Codecs } from "./codec.ts";
import { TypeCodec, TypeLinker } from "./compiled/index.ts";
import { isRawMessage, RAW_CODEC } from "./raw/index.ts";

/**
 * The codecs of a channel or server, each made when its type is first used: of code that was generated for it, else of code
 * that is made for it where this environment allows that, else by looking every field up.
 */
export class CodecCache implements Codecs {
  readonly #codecs = new WeakMap<DescMessage, Codec>();
  readonly #linker: TypeLinker;
  readonly #counts: CodecCounts = { aheadOfTime: 0, compiled: 0, interpreted: 0 };
  readonly #onLinked = (kind: CodecKind): void => {
    this.#counts[kind === "ahead-of-time" ? "aheadOfTime" : kind]++;
  };

  /** @param choice `interpreted` evaluates nothing, and takes nothing that was generated */
  constructor(choice: CodecChoice = "compiled") {
    this.#linker = new TypeLinker(choice === "interpreted");
  }

  get counts(): Readonly<CodecCounts> {
    return this.#counts;
  }

  get(schema: DescMessage): Codec {
    let codec = this.#codecs.get(schema);
    if (codec === undefined) {
      if (isRawMessage(schema)) return RAW_CODEC;
      codec = new TypeCodec(schema, this.#linker, this.#onLinked);
      this.#codecs.set(schema, codec);
    }
    return codec;
  }
}
