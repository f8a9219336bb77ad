// The public API of gannet/errors.

import type { DescMessage, Message, MessageInitShape, MessageShape } from "@bufbuild/protobuf";
import type { GenMessage } from "@bufbuild/protobuf/codegenv2";
import type { Any, Duration } from "@bufbuild/protobuf/wkt";

export type BadRequest = Message<"google.rpc.BadRequest"> & {
    fieldViolations: BadRequest_FieldViolation[];
};

export declare const BadRequestSchema: GenMessage<BadRequest>;

export type BadRequest_FieldViolation = Message<"google.rpc.BadRequest.FieldViolation"> & {
    field: string;
    description: string;
    reason: string;
    localizedMessage?: LocalizedMessage | undefined;
};

export declare const BadRequest_FieldViolationSchema: GenMessage<BadRequest_FieldViolation>;

export type DebugInfo = Message<"google.rpc.DebugInfo"> & {
    stackEntries: string[];
    detail: string;
};

export declare const DebugInfoSchema: GenMessage<DebugInfo>;

export type ErrorInfo = Message<"google.rpc.ErrorInfo"> & {
    reason: string;
    domain: string;
    metadata: {
        [key: string]: string;
    };
};

export declare const ErrorInfoSchema: GenMessage<ErrorInfo>;

export type Help = Message<"google.rpc.Help"> & {
    links: Help_Link[];
};

export declare const HelpSchema: GenMessage<Help>;

export type Help_Link = Message<"google.rpc.Help.Link"> & {
    description: string;
    url: string;
};

export declare const Help_LinkSchema: GenMessage<Help_Link>;

export type LocalizedMessage = Message<"google.rpc.LocalizedMessage"> & {
    locale: string;
    message: string;
};

export declare const LocalizedMessageSchema: GenMessage<LocalizedMessage>;

export type PreconditionFailure = Message<"google.rpc.PreconditionFailure"> & {
    violations: PreconditionFailure_Violation[];
};

export declare const PreconditionFailureSchema: GenMessage<PreconditionFailure>;

export type PreconditionFailure_Violation = Message<"google.rpc.PreconditionFailure.Violation"> & {
    type: string;
    subject: string;
    description: string;
};

export declare const PreconditionFailure_ViolationSchema: GenMessage<PreconditionFailure_Violation>;

export type QuotaFailure = Message<"google.rpc.QuotaFailure"> & {
    violations: QuotaFailure_Violation[];
};

export declare const QuotaFailureSchema: GenMessage<QuotaFailure>;

export type QuotaFailure_Violation = Message<"google.rpc.QuotaFailure.Violation"> & {
    subject: string;
    description: string;
    apiService: string;
    quotaMetric: string;
    quotaId: string;
    quotaDimensions: {
        [key: string]: string;
    };
    quotaValue: bigint;
    futureQuotaValue?: bigint | undefined;
};

export declare const QuotaFailure_ViolationSchema: GenMessage<QuotaFailure_Violation>;

export type RequestInfo = Message<"google.rpc.RequestInfo"> & {
    requestId: string;
    servingData: string;
};

export declare const RequestInfoSchema: GenMessage<RequestInfo>;

export type ResourceInfo = Message<"google.rpc.ResourceInfo"> & {
    resourceType: string;
    resourceName: string;
    owner: string;
    description: string;
};

export declare const ResourceInfoSchema: GenMessage<ResourceInfo>;

export type RetryInfo = Message<"google.rpc.RetryInfo"> & {
    retryDelay?: Duration | undefined;
};

export declare const RetryInfoSchema: GenMessage<RetryInfo>;

export type Status = Message<"google.rpc.Status"> & {
    code: number;
    message: string;
    details: Any[];
};

export declare const StatusSchema: GenMessage<Status>;

export declare function fromStatus(status: Status): GrpcError | undefined;

export declare function toStatus(error: GrpcError): Status;

// Needed by the above, not exported.

declare const CODE_NAMES: readonly ["OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED"];

type Code = (typeof CODE_NAMES)[number];

type Entry = readonly [key: string, value: string | Uint8Array];

type ErrorCode = Exclude<Code, "OK">;

interface ErrorDetail {
    readonly typeName: string;
    readonly value: Uint8Array;
}

declare class GrpcError extends Error {
    #private;
    readonly name = "GrpcError";
    readonly code: ErrorCode;
    readonly reason: string;
    readonly details: readonly ErrorDetail[];
    constructor(code: ErrorCode, message: string, options?: GrpcErrorOptions);
    get trailer(): Metadata;
    detail<D extends DescMessage>(schema: D): MessageShape<D> | undefined;
    static is<C extends ErrorCode = ErrorCode>(error: unknown, ...codes: C[]): error is GrpcError & {
        readonly code: C;
    };
}

interface GrpcErrorOptions {
    readonly details?: readonly ErrorDetail[] | undefined;
    readonly trailer?: MetadataInit | undefined;
    readonly cause?: unknown;
}

declare class Metadata implements Iterable<[string, string | Uint8Array]> {
    #private;
    constructor(init?: MetadataInit);
    get size(): number;
    get<K extends string>(key: K): MetadataValue<K> | undefined;
    getAll<K extends string>(key: K): MetadataValue<K>[];
    set<K extends string>(key: K, value: MetadataInput<K>): this;
    append<K extends string>(key: K, value: MetadataInput<K>): this;
    appendAll(other: Metadata): this;
    delete(key: string): boolean;
    has(key: string): boolean;
    markSensitive(key: string): this;
    isSensitive(key: string): boolean;
    [Symbol.iterator](): IterableIterator<[string, string | Uint8Array]>;
    static seal(metadata: Metadata, why: string): void;
    static fromWire(entries: readonly Entry[]): Metadata;
}

type MetadataInit = Metadata | {
    readonly [key: string]: string | Uint8Array | readonly (string | Uint8Array)[] | undefined;
};

type MetadataInput<K extends string> = K extends `${string}-bin` ? Uint8Array : string;

type MetadataValue<K extends string> = string extends K ? string | Uint8Array : MetadataInput<K>;

declare function detail<D extends DescMessage>(schema: D, init: MessageInitShape<D>): ErrorDetail;
