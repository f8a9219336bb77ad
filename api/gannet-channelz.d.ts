// The public API of gannet/channelz.

import type { DescMessage, DescMethod, DescService, Message, MessageInitShape, MessageShape, UnknownEnum } from "@bufbuild/protobuf";
import type { GenMessage, GenService } from "@bufbuild/protobuf/codegenv2";
import type { Any, Timestamp } from "@bufbuild/protobuf/wkt";

export declare const Channelz: GenService<{
    getTopChannels: {
        methodKind: "unary";
        input: typeof GetTopChannelsRequestSchema;
        output: typeof GetTopChannelsResponseSchema;
    };
    getServers: {
        methodKind: "unary";
        input: typeof GetServersRequestSchema;
        output: typeof GetServersResponseSchema;
    };
    getServer: {
        methodKind: "unary";
        input: typeof GetServerRequestSchema;
        output: typeof GetServerResponseSchema;
    };
    getServerSockets: {
        methodKind: "unary";
        input: typeof GetServerSocketsRequestSchema;
        output: typeof GetServerSocketsResponseSchema;
    };
    getChannel: {
        methodKind: "unary";
        input: typeof GetChannelRequestSchema;
        output: typeof GetChannelResponseSchema;
    };
    getSubchannel: {
        methodKind: "unary";
        input: typeof GetSubchannelRequestSchema;
        output: typeof GetSubchannelResponseSchema;
    };
    getSocket: {
        methodKind: "unary";
        input: typeof GetSocketRequestSchema;
        output: typeof GetSocketResponseSchema;
    };
}>;

export interface ChannelzOptions {
    readonly channels?: Iterable<ObservedChannel> | undefined;
    readonly servers?: Iterable<ObservedServer> | undefined;
    readonly interceptors?: readonly ServerInterceptor[] | undefined;
}

export declare function addChannelz(server: Server, options?: ChannelzOptions): void;

// Needed by the above, not exported.

type Address = Message<"grpc.channelz.v1.Address"> & {
    address: {
        value: Address_TcpIpAddress;
        case: "tcpipAddress";
    } | {
        value: Address_UdsAddress;
        case: "udsAddress";
    } | {
        value: Address_OtherAddress;
        case: "otherAddress";
    } | {
        case: undefined;
        value?: undefined;
    };
};

type Address_OtherAddress = Message<"grpc.channelz.v1.Address.OtherAddress"> & {
    name: string;
    value?: Any | undefined;
};

type Address_TcpIpAddress = Message<"grpc.channelz.v1.Address.TcpIpAddress"> & {
    ipAddress: Uint8Array;
    port: number;
};

type Address_UdsAddress = Message<"grpc.channelz.v1.Address.UdsAddress"> & {
    filename: string;
};

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

type Channel = Message<"grpc.channelz.v1.Channel"> & {
    ref?: ChannelRef | undefined;
    data?: ChannelData | undefined;
    channelRef: ChannelRef[];
    subchannelRef: SubchannelRef[];
    socketRef: SocketRef[];
};

type ChannelConnectivityState = Message<"grpc.channelz.v1.ChannelConnectivityState"> & {
    state: ChannelConnectivityState_State;
};

declare const ChannelConnectivityState_State: {
    readonly UNKNOWN: 0;
    readonly IDLE: 1;
    readonly CONNECTING: 2;
    readonly READY: 3;
    readonly TRANSIENT_FAILURE: 4;
    readonly SHUTDOWN: 5;
};
type ChannelConnectivityState_State = (typeof ChannelConnectivityState_State)[keyof typeof ChannelConnectivityState_State] | UnknownEnum;

type ChannelData = Message<"grpc.channelz.v1.ChannelData"> & {
    state?: ChannelConnectivityState | undefined;
    target: string;
    trace?: ChannelTrace | undefined;
    callsStarted: bigint;
    callsSucceeded: bigint;
    callsFailed: bigint;
    lastCallStartedTimestamp?: Timestamp | undefined;
};

type ChannelRef = Message<"grpc.channelz.v1.ChannelRef"> & {
    channelId: bigint;
    name: string;
};

interface ChannelStats {
    readonly state: ObservedState;
    readonly calls: CallStats & {
        readonly waiting: number;
        readonly waitingForRoom: number;
    };
    readonly connections: {
        readonly open: number;
        readonly total: number;
        readonly further: number;
    };
    readonly codecs: CodecStats;
}

type ChannelTrace = Message<"grpc.channelz.v1.ChannelTrace"> & {
    numEventsLogged: bigint;
    creationTimestamp?: Timestamp | undefined;
    events: ChannelTraceEvent[];
};

type ChannelTraceEvent = Message<"grpc.channelz.v1.ChannelTraceEvent"> & {
    description: string;
    severity: ChannelTraceEvent_Severity;
    timestamp?: Timestamp | undefined;
    childRef: {
        value: ChannelRef;
        case: "channelRef";
    } | {
        value: SubchannelRef;
        case: "subchannelRef";
    } | {
        case: undefined;
        value?: undefined;
    };
};

declare const ChannelTraceEvent_Severity: {
    readonly CT_UNKNOWN: 0;
    readonly CT_INFO: 1;
    readonly CT_WARNING: 2;
    readonly CT_ERROR: 3;
};
type ChannelTraceEvent_Severity = (typeof ChannelTraceEvent_Severity)[keyof typeof ChannelTraceEvent_Severity] | UnknownEnum;

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

type GetChannelRequest = Message<"grpc.channelz.v1.GetChannelRequest"> & {
    channelId: bigint;
};

declare const GetChannelRequestSchema: GenMessage<GetChannelRequest>;

type GetChannelResponse = Message<"grpc.channelz.v1.GetChannelResponse"> & {
    channel?: Channel | undefined;
};

declare const GetChannelResponseSchema: GenMessage<GetChannelResponse>;

type GetServerRequest = Message<"grpc.channelz.v1.GetServerRequest"> & {
    serverId: bigint;
};

declare const GetServerRequestSchema: GenMessage<GetServerRequest>;

type GetServerResponse = Message<"grpc.channelz.v1.GetServerResponse"> & {
    server?: Server | undefined;
};

declare const GetServerResponseSchema: GenMessage<GetServerResponse>;

type GetServerSocketsRequest = Message<"grpc.channelz.v1.GetServerSocketsRequest"> & {
    serverId: bigint;
    startSocketId: bigint;
    maxResults: bigint;
};

declare const GetServerSocketsRequestSchema: GenMessage<GetServerSocketsRequest>;

type GetServerSocketsResponse = Message<"grpc.channelz.v1.GetServerSocketsResponse"> & {
    socketRef: SocketRef[];
    end: boolean;
};

declare const GetServerSocketsResponseSchema: GenMessage<GetServerSocketsResponse>;

type GetServersRequest = Message<"grpc.channelz.v1.GetServersRequest"> & {
    startServerId: bigint;
    maxResults: bigint;
};

declare const GetServersRequestSchema: GenMessage<GetServersRequest>;

type GetServersResponse = Message<"grpc.channelz.v1.GetServersResponse"> & {
    server: Server[];
    end: boolean;
};

declare const GetServersResponseSchema: GenMessage<GetServersResponse>;

type GetSocketRequest = Message<"grpc.channelz.v1.GetSocketRequest"> & {
    socketId: bigint;
    summary: boolean;
};

declare const GetSocketRequestSchema: GenMessage<GetSocketRequest>;

type GetSocketResponse = Message<"grpc.channelz.v1.GetSocketResponse"> & {
    socket?: Socket | undefined;
};

declare const GetSocketResponseSchema: GenMessage<GetSocketResponse>;

type GetSubchannelRequest = Message<"grpc.channelz.v1.GetSubchannelRequest"> & {
    subchannelId: bigint;
};

declare const GetSubchannelRequestSchema: GenMessage<GetSubchannelRequest>;

type GetSubchannelResponse = Message<"grpc.channelz.v1.GetSubchannelResponse"> & {
    subchannel?: Subchannel | undefined;
};

declare const GetSubchannelResponseSchema: GenMessage<GetSubchannelResponse>;

type GetTopChannelsRequest = Message<"grpc.channelz.v1.GetTopChannelsRequest"> & {
    startChannelId: bigint;
    maxResults: bigint;
};

declare const GetTopChannelsRequestSchema: GenMessage<GetTopChannelsRequest>;

type GetTopChannelsResponse = Message<"grpc.channelz.v1.GetTopChannelsResponse"> & {
    channel: Channel[];
    end: boolean;
};

declare const GetTopChannelsResponseSchema: GenMessage<GetTopChannelsResponse>;

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

interface ObservedChannel {
    readonly target: string;
    stats(): ChannelStats;
    subchannels(): readonly ObservedSubchannel[];
}

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

type ObservedState = "idle" | "connecting" | "ready" | "transientFailure" | "shutdown";

interface ObservedSubchannel {
    readonly addresses: readonly string[];
    stats(): SubchannelStats;
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

type Security = Message<"grpc.channelz.v1.Security"> & {
    model: {
        value: Security_Tls;
        case: "tls";
    } | {
        value: Security_OtherSecurity;
        case: "other";
    } | {
        case: undefined;
        value?: undefined;
    };
};

type Security_OtherSecurity = Message<"grpc.channelz.v1.Security.OtherSecurity"> & {
    name: string;
    value?: Any | undefined;
};

type Security_Tls = Message<"grpc.channelz.v1.Security.Tls"> & {
    cipherSuite: {
        value: string;
        case: "standardName";
    } | {
        value: string;
        case: "otherName";
    } | {
        case: undefined;
        value?: undefined;
    };
    localCertificate: Uint8Array;
    remoteCertificate: Uint8Array;
};

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

type ServerData = Message<"grpc.channelz.v1.ServerData"> & {
    trace?: ChannelTrace | undefined;
    callsStarted: bigint;
    callsSucceeded: bigint;
    callsFailed: bigint;
    lastCallStartedTimestamp?: Timestamp | undefined;
};

type ServerInterceptor = (call: InterceptedServerCall, next: () => Promise<void>) => Promise<void>;

type ServerRef = Message<"grpc.channelz.v1.ServerRef"> & {
    serverId: bigint;
    name: string;
};

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

type Signal = typeof globalThis extends {
    AbortSignal: {
        prototype: infer S extends PlainSignal;
    };
} ? S : PlainSignal;

type Socket = Message<"grpc.channelz.v1.Socket"> & {
    ref?: SocketRef | undefined;
    data?: SocketData | undefined;
    local?: Address | undefined;
    remote?: Address | undefined;
    security?: Security | undefined;
    remoteName: string;
};

type SocketData = Message<"grpc.channelz.v1.SocketData"> & {
    streamsStarted: bigint;
    streamsSucceeded: bigint;
    streamsFailed: bigint;
    messagesSent: bigint;
    messagesReceived: bigint;
    keepAlivesSent: bigint;
    lastLocalStreamCreatedTimestamp?: Timestamp | undefined;
    lastRemoteStreamCreatedTimestamp?: Timestamp | undefined;
    lastMessageSentTimestamp?: Timestamp | undefined;
    lastMessageReceivedTimestamp?: Timestamp | undefined;
    localFlowControlWindow?: bigint | undefined;
    remoteFlowControlWindow?: bigint | undefined;
    option: SocketOption[];
};

type SocketOption = Message<"grpc.channelz.v1.SocketOption"> & {
    name: string;
    value: string;
    additional?: Any | undefined;
};

type SocketRef = Message<"grpc.channelz.v1.SocketRef"> & {
    socketId: bigint;
    name: string;
};

type Subchannel = Message<"grpc.channelz.v1.Subchannel"> & {
    ref?: SubchannelRef | undefined;
    data?: ChannelData | undefined;
    channelRef: ChannelRef[];
    subchannelRef: SubchannelRef[];
    socketRef: SocketRef[];
};

type SubchannelRef = Message<"grpc.channelz.v1.SubchannelRef"> & {
    subchannelId: bigint;
    name: string;
};

interface SubchannelStats {
    readonly state: ObservedState;
    readonly failure: string | undefined;
    readonly calls: Pick<CallStats, "started" | "succeeded" | "failed" | "lastStartedAt"> & {
        readonly waitingForRoom: number;
    };
}

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
