// The public API of gannet/codegen.

import type { DescMessage } from "@bufbuild/protobuf";

export interface TypeCode {
    make(): any;
    maxBytes(message: object): number;
    write(message: object, bytes: Uint8Array, offset: number): number;
    read(message: object, reader: TypeReader, end: number, endTag: number): void;
}

export type TypeReader = Pick<WireReader, "bool" | "bytes" | "copy" | "double" | "enter" | "fail" | "fixed32" | "fixed64" | "float" | "int32" | "int64" | "keepUnknown" | "leave" | "length" | "position" | "sfixed64" | "sint32" | "sint64" | "skip" | "tag" | "text" | "uint64">;

export interface TypeRuntime {
    int32(bytes: Uint8Array, offset: number, value: number): number;
    varint32(bytes: Uint8Array, offset: number, value: number): number;
    varint64(bytes: Uint8Array, offset: number, value: bigint): number;
    sint32(bytes: Uint8Array, offset: number, value: number): number;
    sint64(bytes: Uint8Array, offset: number, value: bigint): number;
    fixed32(bytes: Uint8Array, offset: number, value: number): number;
    fixed64(bytes: Uint8Array, offset: number, value: bigint): number;
    float(bytes: Uint8Array, offset: number, value: number): number;
    double(bytes: Uint8Array, offset: number, value: number): number;
    string(bytes: Uint8Array, offset: number, value: string): number;
    bytes(bytes: Uint8Array, offset: number, value: Uint8Array): number;
    close(bytes: Uint8Array, at: number, room: number, end: number): number;
    utf8Length(text: string): number;
    unknownBytes(fields: readonly UnknownField[]): number;
    writeUnknown(fields: readonly UnknownField[], bytes: Uint8Array, offset: number): number;
    readonly has: (this: object, key: string) => boolean;
    setOwn(target: object, key: string, value: unknown): void;
    type(field: number): TypeCode;
    prototype(): object;
    numbersOf(field: number): ReadonlySet<unknown>;
    wrap(type: TypeCode, value: unknown): object;
    jsonOf(struct: object): object;
    structOf(field: number, value: unknown): object;
    bad(field: number, ...rest: PlaceAndValue): never;
    missing(field: number): never;
    long(field: number, ...rest: readonly unknown[]): bigint;
    bytesOf(field: number, ...rest: PlaceAndValue): Uint8Array;
    mapOf(field: number, value: unknown): Readonly<Record<string, unknown>>;
    keyOf(field: number, key: string): string | boolean | number | bigint;
}

export declare function emitFunction(schema: DescMessage, language: "js" | "ts"): string;

export declare function fingerprintOf({ typeName, file, proto, members, fields }: DescMessage): string;

export declare function registerCodec(schema: DescMessage, fingerprint: string, create: (runtime: TypeRuntime) => TypeCode): void;

// Needed by the above, not exported.

type PlaceAndValue = readonly [value: unknown] | readonly [place: unknown, value: unknown];

interface UnknownField {
    readonly no: number;
    readonly wireType: number;
    data: Uint8Array;
}

interface UnknownHolder {
    $unknown?: UnknownField[] | undefined;
}

declare class WireReader {
    #private;
    bytes: Uint8Array;
    position: number;
    depth: number;
    begin(bytes: Uint8Array, start: number, end: number): void;
    finish(): void;
    release(): void;
    fail(problem: string, position: number): never;
    enter(): void;
    leave(position: number, end: number): void;
    int32(): number;
    sint32(): number;
    bool(): boolean;
    int64(): bigint;
    uint64(): bigint;
    sint64(): bigint;
    tag(): number;
    length(end: number): number;
    fixed32(at: number): number;
    float(at: number): number;
    double(at: number): number;
    fixed64(at: number): bigint;
    sfixed64(at: number): bigint;
    text(at: number, length: number, isStrict: boolean): string;
    copy(at: number, length: number): Uint8Array;
    keepUnknown(message: UnknownHolder, tag: number, at: number, end: number, mayJoin: boolean): number;
    skip(tag: number, at: number, end: number): number;
}
