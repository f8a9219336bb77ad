import type { DescMessage } from "@bufbuild/protobuf";
import type { Codec, CodecKind, Codecs } from "./codec.ts";
import { CompiledCodec, isEvaluationAllowed } from "./compiled/index.ts";
import { isRawMessage, RAW_CODEC } from "./raw/index.ts";
import { ReflectionCodec } from "./reflection-codec.ts";

/**
 * The codecs of a channel or server, each made when its type is first used: with code of its own where this environment
 * allows that, else by looking every field up.
 */
export class CodecCache implements Codecs {
  readonly #codecs = new WeakMap<DescMessage, Codec>();
  #isCompiling: boolean | undefined;

  /** @param codecs `interpreted` evaluates nothing */
  constructor(codecs: CodecKind = "compiled") {
    if (codecs === "interpreted") this.#isCompiling = false;
  }

  get(schema: DescMessage): Codec {
    let codec = this.#codecs.get(schema);
    if (codec === undefined) {
      if (isRawMessage(schema)) return RAW_CODEC;
      this.#isCompiling ??= isEvaluationAllowed();
      codec = this.#isCompiling ? new CompiledCodec(schema) : new ReflectionCodec(schema);
      this.#codecs.set(schema, codec);
    }
    return codec;
  }
}
