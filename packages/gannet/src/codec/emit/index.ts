/** Source text of codecs, made from descriptors. Start with emit-type.ts. */
export { emitType, type RuntimeName } from "./emit-type.ts";
