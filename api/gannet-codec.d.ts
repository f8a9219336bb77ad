// The public API of gannet/codec.

import type { DescMessage, MessageInitShape, MessageShape } from "@bufbuild/protobuf";

export type CodecKind = "ahead-of-time" | "compiled" | "interpreted";

export interface CodecOptions {
    readonly codecs?: CodecChoice | undefined;
}

export declare class DecodeError extends Error {
    readonly name = "DecodeError";
    readonly offset: number;
    readonly path: string;
    constructor(problem: string, { offset, path, cause }: DecodeErrorOptions);
}

export interface MessageCodec<D extends DescMessage = DescMessage> {
    readonly schema: D;
    readonly kind: CodecKind;
    encode(message: MessageInitShape<D>): Uint8Array<ArrayBuffer>;
    maxBytes(message: MessageInitShape<D>): number;
    encodeInto(message: MessageInitShape<D>, bytes: Uint8Array, offset: number): number;
    decode(bytes: Uint8Array, start?: number, end?: number): MessageShape<D>;
}

export declare function createCodec<D extends DescMessage>(schema: D, { codecs }?: CodecOptions): MessageCodec<D>;

// Needed by the above, not exported.

type CodecChoice = "compiled" | "interpreted";

interface DecodeErrorOptions {
    readonly offset: number;
    readonly path: string;
    readonly cause: unknown;
}
