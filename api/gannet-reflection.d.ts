// The public API of gannet/reflection.

import type { DescFile, DescMessage, DescMethod, DescService, Message, MessageInitShape, MessageShape } from "@bufbuild/protobuf";
import type { GenMessage, GenService } from "@bufbuild/protobuf/codegenv2";

export interface ReflectionOptions {
    readonly files?: readonly DescFile[] | undefined;
    readonly interceptors?: readonly ServerInterceptor[] | undefined;
}

export declare const ServerReflection: GenService<{
    serverReflectionInfo: {
        methodKind: "bidi_streaming";
        input: typeof ServerReflectionRequestSchema;
        output: typeof ServerReflectionResponseSchema;
    };
}>;

export declare function addReflection(server: Server, options?: ReflectionOptions): void;

// Needed by the above, not exported.

type AnyIterable<T> = Iterable<T> | AsyncIterable<T>;

interface BytePipe {
    write(segment: Uint8Array, length: number, onFree?: (segment: Uint8Array) => void): boolean;
    writeOwned(bytes: Uint8Array): void;
    requestFlush(): void;
    readonly congested: boolean;
    end(): void;
    destroy(): void;
}

declare const CODE_NAMES: readonly ["OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED"];

interface CallOutcome {
    readonly code: Code;
    readonly error: GrpcError | undefined;
    readonly trailer: Metadata;
    readonly durationMs: number;
}

interface CallStats {
    readonly started: number;
    readonly succeeded: number;
    readonly failed: number;
    readonly byCode: Readonly<Partial<Record<Code, number>>>;
    readonly lastStartedAt: Date | undefined;
}

interface CallUnderInterception {
    readonly method: DescMethod;
    readonly path: string;
    readonly metadata: Metadata;
    readonly signal: Signal;
    readonly request: object | undefined;
    timeRemainingMs(): number | undefined;
    onRequest(hook: MessageHook): void;
    onResponse(hook: MessageHook): void;
    onEnd(hook: (outcome: CallOutcome) => void): void;
    reply(message: object): void;
}

type Code = (typeof CODE_NAMES)[number];

interface CodecStats {
    readonly aheadOfTime: number;
    readonly compiled: number;
    readonly interpreted: number;
}

interface ConnectedPipe extends BytePipe {
    readonly peer: Peer;
    readonly localAddress?: string | undefined;
    readonly tls?: TlsFacts | undefined;
    readonly isPrivate: boolean;
    readonly closed: Promise<void>;
    attach(listener: PipeListener): void;
    ref(): void;
    unref(): void;
}

interface ConnectionStats {
    readonly openedAt: Date;
    readonly streams: {
        readonly open: number;
        readonly started: number;
        readonly succeeded: number;
        readonly failed: number;
        readonly lastStartedAt: Date | undefined;
    };
    readonly messages: {
        readonly sent: number;
        readonly received: number;
        readonly lastSentAt: Date | undefined;
        readonly lastReceivedAt: Date | undefined;
    };
    readonly keepalivesSent: number;
    readonly sendWindowBytes: number;
    readonly receiveWindowBytes: number;
}

interface DuplexStream {
    readonly readable: boolean;
    readonly writable: boolean;
    readonly writableLength: number;
    readonly destroyed: boolean;
    write(chunk: Uint8Array): boolean;
    end(onFinish?: () => void): unknown;
    destroy(error?: Error): unknown;
    pause(): unknown;
    resume(): unknown;
    isPaused(): boolean;
    on(event: string, listener: (...values: any[]) => void): unknown;
    once(event: string, listener: (...values: any[]) => void): unknown;
}

type DynamicHandler = (requestOrRequests: DynamicMessage & AsyncIterable<DynamicMessage>, call: ServerCall) => object;

type DynamicMessage = Message & Record<string, any>;

type Entry = readonly [key: string, value: string | Uint8Array];

type ErrorCode = Exclude<Code, "OK">;

interface ErrorDetail {
    readonly typeName: string;
    readonly value: Uint8Array;
}

type ErrorResponse = Message<"grpc.reflection.v1.ErrorResponse"> & {
    errorCode: number;
    errorMessage: string;
};

type ExtensionNumberResponse = Message<"grpc.reflection.v1.ExtensionNumberResponse"> & {
    baseTypeName: string;
    extensionNumber: number[];
};

type ExtensionRequest = Message<"grpc.reflection.v1.ExtensionRequest"> & {
    containingType: string;
    extensionNumber: number;
};

type FileDescriptorResponse = Message<"grpc.reflection.v1.FileDescriptorResponse"> & {
    fileDescriptorProto: Uint8Array[];
};

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

type HandlerMethod<M> = M extends {
    methodKind: infer K;
    input: infer I extends DescMessage;
    output: infer O extends DescMessage;
} ? K extends "unary" ? (request: ReceivedMessage<I>, call: ServerCall) => SentMessage<O> | Promise<SentMessage<O>> : K extends "server_streaming" ? (request: ReceivedMessage<I>, call: ServerCall) => AnyIterable<SentMessage<O>> : K extends "client_streaming" ? (requests: AsyncIterable<ReceivedMessage<I>>, call: ServerCall) => SentMessage<O> | Promise<SentMessage<O>> : K extends "bidi_streaming" ? (requests: AsyncIterable<ReceivedMessage<I>>, call: ServerCall) => AnyIterable<SentMessage<O>> : never : never;

type Handlers<S extends DescService> = string extends keyof S["method"] ? {
    [name: string]: DynamicHandler;
} : {
    [K in keyof S["method"]]: HandlerMethod<S["method"][K]>;
};

interface InterceptedServerCall extends CallUnderInterception, ServerCall {
    readonly method: DescMethod;
    readonly path: string;
    readonly metadata: Metadata;
    readonly signal: Signal;
    readonly side: "server";
    timeRemainingMs(): number | undefined;
}

type ListServiceResponse = Message<"grpc.reflection.v1.ListServiceResponse"> & {
    service: ServiceResponse[];
};

interface ListenAddress {
    readonly address: string;
    readonly port: number;
}

interface ListenOptions {
    readonly tls?: ListenTlsOptions | undefined;
}

interface ListenTlsOptions extends TlsIdentity {
    readonly identity?: TlsIdentitySource | undefined;
    readonly serverNames?: Readonly<Record<string, TlsIdentity | TlsIdentitySource>> | undefined;
    readonly clientCertificates?: "none" | "request" | "require" | undefined;
    readonly handshakeTimeoutMs?: number | undefined;
}

type MessageHook = (message: object) => object | undefined | void;

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

interface ObservedConnection {
    readonly remoteAddress: string;
    readonly localAddress: string | undefined;
    readonly tls: TlsFacts | undefined;
    stats(): ConnectionStats;
}

interface ObservedListener {
    readonly address: string;
}

interface ObservedServer {
    stats(): ServerStats;
    listeners(): readonly ObservedListener[];
    connections(): readonly ObservedConnection[];
}

interface Peer {
    readonly address: string;
    readonly identity?: PeerIdentity | undefined;
    readonly tls?: TlsSession | undefined;
    readonly certificate?: unknown;
}

interface PeerIdentity {
    readonly commonName: string | undefined;
    readonly subject: string;
    readonly issuer: string;
    readonly dnsNames: readonly string[];
    readonly uris: readonly string[];
    readonly emails: readonly string[];
    readonly ipAddresses: readonly string[];
    readonly fingerprint: string;
    readonly validFrom: Date;
    readonly validTo: Date;
}

type PemText = string | Uint8Array | readonly (string | Uint8Array)[];

interface PipeListener {
    receive(chunk: Uint8Array): void;
    flush(): void;
    onDrain(): void;
    onPipeEnd(reason: string): void;
}

interface PlainSignal {
    readonly aborted: boolean;
    readonly reason: unknown;
    addEventListener(type: "abort", listener: () => void, options?: {
        readonly once?: boolean;
    }): void;
    removeEventListener(type: "abort", listener: () => void): void;
}

interface RawMessage extends DescMessage {
    readonly isRaw: true;
}

type ReceivedMessage<D extends DescMessage> = D extends RawMessage ? Uint8Array : MessageShape<D>;

type SentMessage<D extends DescMessage> = D extends RawMessage ? Uint8Array : MessageInitShape<D>;

interface Server extends ObservedServer {
    add<S extends DescService>(service: S, handlers: Handlers<S>, options?: ServiceOptions): this;
    addPartial<S extends DescService>(service: S, handlers: Partial<Handlers<S>>, options?: ServiceOptions): this;
    addUnknown(handler: UnknownMethodHandler, options?: ServiceOptions): this;
    services(): readonly DescService[];
    listen(address: string, options?: ListenOptions): Promise<ListenAddress>;
    serve(connection: DuplexStream | ConnectedPipe): void;
    shutdown(options?: {
        readonly graceMs?: number | undefined;
    }): Promise<void>;
    readonly shutdownSignal: Signal;
}

interface ServerCall {
    readonly method: DescMethod;
    readonly path: string;
    readonly metadata: Metadata;
    readonly header: Metadata;
    readonly trailer: Metadata;
    readonly signal: Signal;
    readonly active: boolean;
    readonly deadline: Date | undefined;
    readonly peer: Peer;
    readonly format: "proto" | "json";
    compress: boolean;
    wasCompressed(request: object): boolean;
    timeRemainingMs(): number | undefined;
    sendHeader(): void;
    cancel(): void;
}

type ServerInterceptor = (call: InterceptedServerCall, next: () => Promise<void>) => Promise<void>;

type ServerReflectionRequest = Message<"grpc.reflection.v1.ServerReflectionRequest"> & {
    host: string;
    messageRequest: {
        value: string;
        case: "fileByFilename";
    } | {
        value: string;
        case: "fileContainingSymbol";
    } | {
        value: ExtensionRequest;
        case: "fileContainingExtension";
    } | {
        value: string;
        case: "allExtensionNumbersOfType";
    } | {
        value: string;
        case: "listServices";
    } | {
        case: undefined;
        value?: undefined;
    };
};

declare const ServerReflectionRequestSchema: GenMessage<ServerReflectionRequest>;

type ServerReflectionResponse = Message<"grpc.reflection.v1.ServerReflectionResponse"> & {
    validHost: string;
    originalRequest?: ServerReflectionRequest | undefined;
    messageResponse: {
        value: FileDescriptorResponse;
        case: "fileDescriptorResponse";
    } | {
        value: ExtensionNumberResponse;
        case: "allExtensionNumbersResponse";
    } | {
        value: ListServiceResponse;
        case: "listServicesResponse";
    } | {
        value: ErrorResponse;
        case: "errorResponse";
    } | {
        case: undefined;
        value?: undefined;
    };
};

declare const ServerReflectionResponseSchema: GenMessage<ServerReflectionResponse>;

interface ServerStats {
    readonly connections: {
        readonly open: number;
        readonly total: number;
        readonly refused: number;
    };
    readonly calls: CallStats & {
        readonly running: number;
        readonly queued: number;
        readonly refused: number;
    };
    readonly foreignRequests: number;
    readonly messages: {
        readonly sent: number;
        readonly received: number;
    };
    readonly codecs: CodecStats;
    readonly violations: Readonly<Record<string, number>>;
}

interface ServiceOptions {
    readonly limited?: boolean | undefined;
    readonly interceptors?: readonly ServerInterceptor[] | undefined;
    readonly maxReceiveBytes?: number | undefined;
}

type ServiceResponse = Message<"grpc.reflection.v1.ServiceResponse"> & {
    name: string;
};

type Signal = typeof globalThis extends {
    AbortSignal: {
        prototype: infer S extends PlainSignal;
    };
} ? S : PlainSignal;

interface TlsFacts extends TlsSession {
    readonly localCertificate: Uint8Array | undefined;
    readonly remoteCertificate: Uint8Array | undefined;
}

interface TlsIdentity {
    readonly ca?: PemText | undefined;
    readonly cert?: PemText | undefined;
    readonly key?: string | Uint8Array | undefined;
    readonly passphrase?: string | undefined;
}

interface TlsIdentityProvider {
    readonly name?: string | undefined;
    current(): TlsIdentity | Promise<TlsIdentity>;
}

type TlsIdentitySource = (() => TlsIdentity | Promise<TlsIdentity>) | TlsIdentityProvider;

interface TlsSession {
    readonly protocol: string;
    readonly cipher: string;
}

type UnknownMethodHandler = (requests: AsyncIterable<Uint8Array>, call: ServerCall) => AnyIterable<Uint8Array>;

declare function detail<D extends DescMessage>(schema: D, init: MessageInitShape<D>): ErrorDetail;
