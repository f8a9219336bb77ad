/** What codecs are made of that `gannet gen --codecs` writes. Nobody else has to look at it: `gannet/codec` makes codecs. */
export {
  emitFunction,
  fingerprintOf,
  registerCodec,
  type TypeCode,
  type TypeReader,
  type TypeRuntime,
} from "./codec/index.ts";
