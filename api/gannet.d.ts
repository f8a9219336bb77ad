// The public API of gannet.

import type { DescMessage, DescMethod, DescService, Message, MessageInitShape, MessageShape, Registry } from "@bufbuild/protobuf";

export type AnyIterable<T> = Iterable<T> | AsyncIterable<T>;

export interface BidiStreamCall<I, O> extends ServerStreamCall<O>, Sender<I> {
}

export interface CallChoice {
    readonly methodConfig?: object | undefined;
    readonly hash?: bigint | undefined;
    readonly attributes?: ReadonlyMap<string, unknown> | undefined;
    readonly onCommitted?: (() => void) | undefined;
}

export interface CallCredentials {
    readonly kind: "call";
    readonly allowPlaintext: boolean;
    readonly source: CredentialsSource;
}

export interface CallCredentialsOptions {
    readonly allowPlaintext?: boolean | undefined;
}

export interface CallOptions {
    readonly timeoutMs?: number | undefined;
    readonly signal?: Signal | undefined;
    readonly metadata?: MetadataInit | undefined;
    readonly waitForReady?: boolean | undefined;
    readonly compress?: boolean | undefined;
    readonly callCredentials?: CallCredentials | undefined;
    readonly parent?: ServerCall | null | undefined;
}

export interface CallOutcome {
    readonly code: Code;
    readonly error: GrpcError | undefined;
    readonly trailer: Metadata;
    readonly durationMs: number;
}

export interface CallRecord {
    readonly path: string;
    readonly metadata: Metadata | undefined;
    readonly peer: string | undefined;
    readonly code: Code | undefined;
    readonly error: GrpcError | undefined;
    readonly durationMs: number | undefined;
}

export type CallSelector = (call: SelectableCall) => CallChoice;

export interface CallStats {
    readonly started: number;
    readonly succeeded: number;
    readonly failed: number;
    readonly byCode: Readonly<Partial<Record<Code, number>>>;
    readonly lastStartedAt: Date | undefined;
}

export interface CallUnderInterception {
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

export interface CertificateFilesOptions {
    readonly cert?: string | undefined;
    readonly key?: string | undefined;
    readonly ca?: string | undefined;
    readonly passphrase?: string | undefined;
    readonly refreshMs?: number | undefined;
}

export interface Channel extends Transport, ObservedChannel {
    readonly state: ConnectivityState;
    connect(options?: {
        readonly signal?: Signal | undefined;
    }): Promise<void>;
    watch(options?: {
        readonly signal?: Signal | undefined;
    }): AsyncIterableIterator<ConnectivityState>;
    close(): Promise<void>;
}

export interface ChannelOptions extends MessageOptions {
    readonly credentials?: Credentials | undefined;
    readonly callCredentials?: CallCredentials | undefined;
    readonly format?: "proto" | "json" | undefined;
    readonly userAgent?: string | undefined;
    readonly authority?: string | undefined;
    readonly proxy?: string | false | undefined;
    readonly backoff?: BackoffOptions | undefined;
    readonly minConnectTimeoutMs?: number | undefined;
    readonly idleTimeoutMs?: number | undefined;
    readonly maxConnectionsPerSubchannel?: number | undefined;
    readonly keepalive?: ChannelKeepaliveOptions | undefined;
    readonly loadBalancing?: string | LoadBalancingConfig | readonly LoadBalancingConfig[] | undefined;
    readonly serviceConfig?: ServiceConfig | undefined;
    readonly healthChecks?: boolean | undefined;
    readonly defaults?: CallDefaults | undefined;
    readonly retryIdempotent?: boolean | undefined;
    readonly retries?: boolean | undefined;
    readonly maxRetryBufferBytes?: number | undefined;
    readonly maxRetryCallBytes?: number | undefined;
    readonly interceptors?: readonly ClientInterceptor[] | undefined;
    readonly balancers?: readonly BalancerPolicy<unknown>[] | undefined;
    readonly dns?: DnsOptions | undefined;
    readonly resolvers?: readonly ResolverPolicy[] | undefined;
    readonly checkRequests?: boolean | undefined;
    readonly http2?: ConnectionLimits | undefined;
    readonly clock?: Clock | undefined;
    readonly onEvent?: EventListener | undefined;
}

export interface ChannelStats {
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

export type Client<S extends DescService> = string extends keyof S["method"] ? {
    readonly [name: string]: DynamicMethod;
} : {
    readonly [K in keyof S["method"] as ExposedName<K>]: ClientMethod<S["method"][K]>;
};

export interface ClientCall {
    readonly header: Promise<Metadata>;
    readonly trailer: Promise<Metadata>;
    readonly peer: string | undefined;
    cancel(reason?: unknown): void;
}

export type ClientInterceptor = (call: InterceptedClientCall, next: () => Promise<void>) => Promise<void>;

export interface ClientOptions {
    readonly interceptors?: readonly ClientInterceptor[] | undefined;
}

export interface ClientStreamCall<I, O> extends ClientCall, Sender<I> {
    result(): Promise<O>;
    readonly response: Promise<Response<O>>;
}

export interface Clock {
    now(): number;
    setTimer(delayMs: number, onTime: () => void): Timer;
}

export type Code = (typeof CODE_NAMES)[number];

export interface CodecStats {
    readonly aheadOfTime: number;
    readonly compiled: number;
    readonly interpreted: number;
}

export interface CompressionLevel {
    readonly level?: number | undefined;
}

export interface Compressor {
    readonly name: string;
    compress(bytes: Uint8Array): Uint8Array;
    decompress(bytes: Uint8Array, maxBytes: number): Uint8Array;
}

export interface ConnectionStats {
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

export type ConnectivityState = "idle" | "connecting" | "ready" | "transientFailure" | "shutdown";

export interface Credentials {
    readonly kind: "insecure" | "tls";
}

export interface CredentialsRequest {
    readonly service: string;
    readonly method: string;
    readonly authority: string;
    readonly serviceUrl: string;
    readonly signal: Signal;
}

export type CredentialsSource = (request: CredentialsRequest) => MetadataInit | Promise<MetadataInit>;

export interface DnsOptions {
    readonly refreshIntervalMs?: number | undefined;
    readonly minIntervalMs?: number | undefined;
    readonly timeoutMs?: number | undefined;
    readonly serviceConfig?: boolean | undefined;
    readonly srv?: boolean | undefined;
}

export type DynamicHandler = (requestOrRequests: DynamicMessage & AsyncIterable<DynamicMessage>, call: ServerCall) => object;

export type DynamicMessage = Message & Record<string, any>;

export type DynamicMethod = (requestOrRequests?: object | AnyIterable<object>, options?: CallOptions) => UnaryCall<DynamicMessage> & ClientStreamCall<object, DynamicMessage> & BidiStreamCall<object, DynamicMessage>;

export interface EndpointInit {
    readonly addresses: readonly string[];
    readonly weight?: number | undefined;
    readonly locality?: string | undefined;
    readonly attributes?: ReadonlyMap<string, unknown> | undefined;
}

export type ErrorCode = Exclude<Code, "OK">;

export interface ErrorDetail {
    readonly typeName: string;
    readonly value: Uint8Array;
}

export type EventListener = (event: GrpcEvent) => void;

export interface Found {
    readonly endpoints: readonly EndpointInit[];
    readonly note?: string | undefined;
    readonly serviceConfig?: unknown;
    readonly selectCall?: CallSelector | undefined;
}

export declare class GrpcError extends Error {
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

export interface GrpcErrorOptions {
    readonly details?: readonly ErrorDetail[] | undefined;
    readonly trailer?: MetadataInit | undefined;
    readonly cause?: unknown;
}

export interface GrpcEvent {
    readonly name: string;
    readonly level: "debug" | "info" | "warning" | "error";
    readonly fields: Readonly<Record<string, unknown>>;
}

export type Handlers<S extends DescService> = string extends keyof S["method"] ? {
    [name: string]: DynamicHandler;
} : {
    [K in keyof S["method"]]: HandlerMethod<S["method"][K]>;
};

export interface HedgingPolicy {
    readonly maxAttempts: number;
    readonly hedgingDelay?: string | undefined;
    readonly nonFatalStatusCodes?: readonly ErrorCode[] | undefined;
}

export type HttpHandler = (request: HttpRequest) => HttpResponse | undefined | PromiseLike<HttpResponse | undefined>;

export interface HttpRequest {
    readonly method: string;
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: Uint8Array;
}

export interface HttpResponse {
    readonly status?: number | undefined;
    readonly headers?: Readonly<Record<string, string>> | undefined;
    readonly body?: string | Uint8Array | undefined;
}

export type InterceptedCall = InterceptedClientCall | InterceptedServerCall;

export interface InterceptedClientCall extends CallUnderInterception {
    readonly side: "client";
    readonly header: Metadata | undefined;
    readonly peer: string | undefined;
}

export interface InterceptedServerCall extends CallUnderInterception, ServerCall {
    readonly method: DescMethod;
    readonly path: string;
    readonly metadata: Metadata;
    readonly signal: Signal;
    readonly side: "server";
    timeRemainingMs(): number | undefined;
}

export type Interceptor = (call: InterceptedCall, next: () => Promise<void>) => Promise<void>;

export interface KeepaliveOptions {
    readonly intervalMs?: number | undefined;
    readonly timeoutMs?: number | undefined;
    readonly minClientIntervalMs?: number | undefined;
    readonly permitWithoutCalls?: boolean | undefined;
}

export interface LifetimeOptions {
    readonly keepalive?: KeepaliveOptions | undefined;
    readonly maxConnectionIdleMs?: number | undefined;
    readonly maxConnectionAgeMs?: number | undefined;
    readonly maxConnectionAgeGraceMs?: number | undefined;
}

export interface ListenAddress {
    readonly address: string;
    readonly port: number;
}

export interface ListenOptions {
    readonly tls?: ListenTlsOptions | undefined;
}

export interface ListenTlsOptions extends TlsIdentity {
    readonly identity?: TlsIdentitySource | undefined;
    readonly serverNames?: Readonly<Record<string, TlsIdentity | TlsIdentitySource>> | undefined;
    readonly clientCertificates?: "none" | "request" | "require" | undefined;
    readonly handshakeTimeoutMs?: number | undefined;
}

export type MessageHook = (message: object) => object | undefined | void;

export interface MessageOptions {
    readonly maxReceiveBytes?: number | undefined;
    readonly maxSendBytes?: number | undefined;
    readonly maxMetadataBytes?: number | undefined;
    readonly compressors?: readonly Compressor[] | undefined;
    readonly compress?: boolean | undefined;
    readonly minCompressBytes?: number | undefined;
    readonly codecs?: "compiled" | "interpreted" | undefined;
    readonly jsonRegistry?: Registry | undefined;
}

export declare class Metadata implements Iterable<[string, string | Uint8Array]> {
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

export type MetadataInit = Metadata | {
    readonly [key: string]: string | Uint8Array | readonly (string | Uint8Array)[] | undefined;
};

export type MetadataInput<K extends string> = K extends `${string}-bin` ? Uint8Array : string;

export type MetadataValue<K extends string> = string extends K ? string | Uint8Array : MetadataInput<K>;

export interface MethodConfig {
    readonly name: readonly MethodName[];
    readonly waitForReady?: boolean | undefined;
    readonly timeout?: string | undefined;
    readonly maxRequestMessageBytes?: number | undefined;
    readonly maxResponseMessageBytes?: number | undefined;
    readonly retryPolicy?: RetryPolicy | undefined;
    readonly hedgingPolicy?: HedgingPolicy | undefined;
}

export type MethodKind = DescMethod["methodKind"];

export type MisuseCode =
"GANNET_UNKNOWN_OPTION"
 | "GANNET_INVALID_OPTION"
 | "GANNET_INVALID_ARGUMENT"
 | "GANNET_INVALID_METADATA"
 | "GANNET_ALREADY_SENT"
 | "GANNET_ALREADY_READ"
 | "GANNET_NEXT_TWICE"
 | "GANNET_REPLY_STREAMED"
 | "GANNET_SERVICE_TWICE"
 | "GANNET_HANDLER_MISSING"
 | "GANNET_UNKNOWN_PROPERTY"
 | "GANNET_SHUT_DOWN";

export interface ObservedChannel {
    readonly target: string;
    stats(): ChannelStats;
    subchannels(): readonly ObservedSubchannel[];
}

export interface ObservedConnection {
    readonly remoteAddress: string;
    readonly localAddress: string | undefined;
    readonly tls: TlsFacts | undefined;
    stats(): ConnectionStats;
}

export interface ObservedListener {
    readonly address: string;
}

export interface ObservedServer {
    stats(): ServerStats;
    listeners(): readonly ObservedListener[];
    connections(): readonly ObservedConnection[];
}

export type ObservedState = "idle" | "connecting" | "ready" | "transientFailure" | "shutdown";

export interface ObservedSubchannel {
    readonly addresses: readonly string[];
    stats(): SubchannelStats;
    connections(): readonly ObservedConnection[];
}

export interface Peer {
    readonly address: string;
    readonly identity?: PeerIdentity | undefined;
    readonly tls?: TlsSession | undefined;
    readonly certificate?: unknown;
}

export interface PeerIdentity {
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

export type PemText = string | Uint8Array | readonly (string | Uint8Array)[];

export interface RawMessage extends DescMessage {
    readonly isRaw: true;
}

export type RawMethod<K extends MethodKind = MethodKind> = DescMethod & {
    readonly methodKind: K;
    readonly input: RawMessage;
    readonly output: RawMessage;
};

export type RawService<M extends Readonly<Record<string, MethodKind>> = Readonly<Record<string, MethodKind>>> = Omit<DescService, "method"> & {
    readonly method: {
        readonly [N in keyof M as LocalName<N>]: RawMethod<M[N]>;
    };
};

export interface Resolver {
    resolveNow(): void;
    close(): void;
}

export interface ResolverHost {
    readonly clock: Clock;
    random(): number;
    update(found: Found): string | undefined;
    fail(reason: string): void;
}

export interface ResolverPolicy {
    readonly scheme: string;
    readonly mayConfigure?: boolean | undefined;
    create(target: Target, host: ResolverHost): Resolver;
}

export interface Response<O> {
    readonly message: O;
    readonly header: Metadata;
    readonly trailer: Metadata;
}

export interface RetryPolicy {
    readonly maxAttempts: number;
    readonly initialBackoff: string;
    readonly maxBackoff: string;
    readonly backoffMultiplier: number;
    readonly perAttemptRecvTimeout?: string | undefined;
    readonly retryableStatusCodes: readonly ErrorCode[];
}

export interface SelectableCall {
    readonly path: string;
    metadata(key: string): string | undefined;
}

export interface SendOptions {
    readonly compress?: boolean | undefined;
}

export interface Sender<I> {
    send(message: I, options?: SendOptions): Promise<boolean>;
    end(): void;
}

export interface Server extends ObservedServer {
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

export interface ServerCall {
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

export type ServerInterceptor = (call: InterceptedServerCall, next: () => Promise<void>) => Promise<void>;

export interface ServerOptions extends MessageOptions, LifetimeOptions {
    readonly maxConcurrentCalls?: number | undefined;
    readonly maxQueuedCalls?: number | undefined;
    readonly maxConnections?: number | undefined;
    readonly prefaceTimeoutMs?: number | undefined;
    readonly maxBufferedBytes?: number | undefined;
    readonly interceptors?: readonly ServerInterceptor[] | undefined;
    readonly ambient?: "auto" | boolean | undefined;
    readonly onUnexpectedError?: ((error: unknown, call: ServerCall) => void) | undefined;
    readonly onEvent?: EventListener | undefined;
    readonly onHttpRequest?: HttpHandler | undefined;
    readonly http2?: ConnectionLimits | undefined;
    readonly checkReplies?: boolean | undefined;
    readonly clock?: Clock | undefined;
}

export interface ServerStats {
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

export interface ServerStreamCall<O> extends ClientCall, AsyncIterableIterator<O> {
    batches(): AsyncIterable<readonly O[]>;
}

export interface ServiceConfig {
    readonly loadBalancingConfig?: readonly Readonly<Record<string, unknown>>[] | undefined;
    readonly loadBalancingPolicy?: string | undefined;
    readonly methodConfig?: readonly MethodConfig[] | undefined;
    readonly retryThrottling?: RetryThrottling | undefined;
    readonly healthCheckConfig?: HealthCheckConfig | undefined;
    readonly connectionScaling?: ConnectionScalingConfig | undefined;
}

export interface ServiceOptions {
    readonly limited?: boolean | undefined;
    readonly interceptors?: readonly ServerInterceptor[] | undefined;
    readonly maxReceiveBytes?: number | undefined;
}

export type ShutdownSignal = "SIGTERM" | "SIGINT" | "SIGHUP";

export interface ShutsDown {
    shutdown(options: {
        readonly graceMs: number;
    }): Promise<void>;
}

export interface SignalOptions {
    readonly graceMs?: number | undefined;
    readonly signals?: readonly ShutdownSignal[] | undefined;
    readonly onShutdown?: (() => void | Promise<void>) | undefined;
    readonly exitMs?: number | undefined;
}

export interface SubchannelStats {
    readonly state: ObservedState;
    readonly failure: string | undefined;
    readonly calls: Pick<CallStats, "started" | "succeeded" | "failed" | "lastStartedAt"> & {
        readonly waitingForRoom: number;
    };
}

export interface Target {
    readonly text: string;
    readonly scheme: string;
    readonly endpoint: string;
    readonly security: "plaintext" | "tls" | undefined;
    readonly isSecurityFixed: boolean;
    readonly authority: string;
    readonly host: string;
    readonly nameServer?: string | undefined;
    readonly assumedPort?: number;
}

export interface Timer {
    cancel(): void;
    ref(): void;
    unref(): void;
}

export interface TlsFacts extends TlsSession {
    readonly localCertificate: Uint8Array | undefined;
    readonly remoteCertificate: Uint8Array | undefined;
}

export interface TlsIdentity {
    readonly ca?: PemText | undefined;
    readonly cert?: PemText | undefined;
    readonly key?: string | Uint8Array | undefined;
    readonly passphrase?: string | undefined;
}

export interface TlsIdentityProvider {
    readonly name?: string | undefined;
    current(): TlsIdentity | Promise<TlsIdentity>;
}

export type TlsIdentitySource = (() => TlsIdentity | Promise<TlsIdentity>) | TlsIdentityProvider;

export interface TlsOptions extends TlsIdentity {
    readonly identity?: TlsIdentitySource | undefined;
    readonly serverName?: string | undefined;
}

export interface TlsSession {
    readonly protocol: string;
    readonly cipher: string;
}

export interface Transport {
    readonly clock?: Clock | undefined;
    readonly interceptors?: readonly ClientInterceptor[] | undefined;
    readonly ambient?: AmbientCalls | undefined;
    start(method: DescMethod, init: CallInit, observer: CallObserver): CallWriter;
    close(): Promise<void>;
}

export interface UnaryCall<O> extends ClientCall, Promise<O> {
    readonly response: Promise<Response<O>>;
    catch<B = never>(onError?: ((error: unknown) => B | PromiseLike<B>) | null): Promise<O | B>;
    finally(onSettled?: (() => void) | null): Promise<O>;
}

export type UnknownMethodHandler = (requests: AsyncIterable<Uint8Array>, call: ServerCall) => AnyIterable<Uint8Array>;

export declare function brotli(options?: CompressionLevel): Compressor;

export declare function callCredentials(source: CredentialsSource, options?: CallCredentialsOptions): CallCredentials;

export declare function callRaw(transport: Transport, path: string, requests: AnyIterable<Uint8Array>, options?: CallOptions): ServerStreamCall<Uint8Array>;

export declare function certificateFiles(options: CertificateFilesOptions): TlsIdentityProvider;

export declare function createChannel(target: string, options?: ChannelOptions): Channel;

export declare function createClient<S extends DescService>(service: S, transport: Transport, options?: ClientOptions): Client<S>;

export declare function createInMemoryChannel(server: Server, options?: ChannelOptions): Channel;

export declare function createServer(options?: ServerOptions): Server;

export declare function currentCall(): ServerCall | undefined;

export declare function defaultCompressors(): readonly Compressor[];

export declare function deflate(options?: CompressionLevel): Compressor;

export declare function detail<D extends DescMessage>(schema: D, init: MessageInitShape<D>): ErrorDetail;

export declare function gzip(options?: CompressionLevel): Compressor;

export declare function insecure(): Credentials;

export declare function rawService<const M extends Readonly<Record<string, MethodKind>>>(typeName: string, methods: M): RawService<M>;

export declare function shutdownOnSignals(servers: ShutsDown | readonly ShutsDown[], options?: SignalOptions): () => void;

export declare function tls(options?: TlsOptions): Credentials;

export declare function zstd(options?: CompressionLevel): Compressor;

// Needed by the above, not exported.

interface AmbientCalls {
    readonly isWanted: boolean;
    want(): void;
    current(): ParentCall | undefined;
    run<T>(call: ParentCall, code: () => T): T;
    runOutside<T>(code: () => T): T;
}

interface BackendHealth {
    readonly state: "connecting" | "ready" | "transientFailure";
    readonly reason: string | undefined;
}

interface BackoffOptions {
    readonly initialMs?: number | undefined;
    readonly multiplier?: number | undefined;
    readonly jitter?: number | undefined;
    readonly maxMs?: number | undefined;
}

interface Balancer<Config> {
    update(resolution: Resolution<Config>): string | undefined;
    exitIdle(): void;
    close(): void;
}

interface BalancerHost {
    readonly clock: Clock;
    createSubchannel(endpoint: Endpoint, onStateChange: (state: ConnectivityState) => void): Subchannel;
    publish(state: ConnectivityState, picker: Picker): void;
    resolveNow(): void;
    random(): number;
    run(task: () => void): void;
}

interface BalancerPolicy<Config> {
    readonly name: string;
    parseConfig(config: ConfigReader, policies: BalancerRegistry): Config;
    create(host: BalancerHost): Balancer<Config>;
}

declare class BalancerRegistry {
    #private;
    constructor(policies: Iterable<BalancerPolicy<unknown>>);
    get names(): readonly string[];
    parseChoice(reader: ConfigReader, field: string): PolicyChoice;
}

interface BytePipe {
    write(segment: Uint8Array, length: number, onFree?: (segment: Uint8Array) => void): boolean;
    writeOwned(bytes: Uint8Array): void;
    requestFlush(): void;
    readonly congested: boolean;
    end(): void;
    destroy(): void;
}

declare const CODE_NAMES: readonly ["OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED"];

interface CallDefaults {
    readonly timeoutMs?: number | undefined;
    readonly waitForReady?: boolean | undefined;
    readonly compress?: boolean | undefined;
}

interface CallEnd {
    readonly error: GrpcError | undefined;
    readonly trailer: ReceivedMetadata | undefined;
}

interface CallInit {
    readonly metadata: Metadata | undefined;
    readonly deadline: Instant | undefined;
    readonly waitForReady: boolean | undefined;
    readonly compress?: boolean | undefined;
    readonly limits?: {
        readonly maxSendBytes: number;
        readonly maxReceiveBytes: number;
    } | undefined;
    readonly credentials?: CallCredentials | undefined;
}

interface CallObserver {
    onHeader(header: ReceivedMetadata): void;
    onMessage(message: object): void;
    onWritable(): void;
    onEnd(end: CallEnd): void;
}

interface CallWriter {
    send(message: object, isLast?: boolean, compress?: boolean): boolean;
    endSend(): void;
    request(count: number, maxBytes?: number): void;
    cancel(error?: GrpcError): void;
    readonly peer: string | undefined;
}

interface ChannelKeepaliveOptions {
    readonly intervalMs?: number | undefined;
    readonly timeoutMs?: number | undefined;
    readonly permitWithoutCalls?: boolean | undefined;
}

interface ChildCall {
    onParentEnd(reason: unknown): void;
}

type ClientMethod<M> = M extends {
    methodKind: infer K;
    input: infer I extends DescMessage;
    output: infer O extends DescMessage;
} ? K extends "unary" ? (request: SentMessage<I>, options?: CallOptions) => UnaryCall<ReceivedMessage<O>> : K extends "server_streaming" ? (request: SentMessage<I>, options?: CallOptions) => ServerStreamCall<ReceivedMessage<O>> : K extends "client_streaming" ? {
    (requests: AnyIterable<SentMessage<I>>, options?: CallOptions): UnaryCall<ReceivedMessage<O>>;
    (options?: CallOptions): ClientStreamCall<SentMessage<I>, ReceivedMessage<O>>;
} : K extends "bidi_streaming" ? {
    (requests: AnyIterable<SentMessage<I>>, options?: CallOptions): ServerStreamCall<ReceivedMessage<O>>;
    (options?: CallOptions): BidiStreamCall<SentMessage<I>, ReceivedMessage<O>>;
} : never : never;

declare class ConfigReader {
    #private;
    readonly where: string;
    constructor(json: unknown, where: string);
    raw(field: string): unknown;
    pathOf(field: string): string;
    get unknownFields(): readonly string[];
    has(field: string): boolean;
    object(field: string): ConfigReader | undefined;
    objects(field: string): readonly ConfigReader[];
    objectsByName(field: string): readonly (readonly [name: string, object: ConfigReader])[];
    part(json: unknown, where: string): ConfigReader;
    items(field: string): readonly unknown[];
    texts(field: string): readonly string[];
    flag(field: string, fallback?: boolean): boolean;
    text(field: string, fallback?: string): string;
    number(field: string, fallback: number | undefined, min: number, max: number): number;
    integer(field: string, fallback: number | undefined, min: number, max: number): number;
    durationMs(field: string, fallbackMs?: number): number;
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

interface ConnectionLimits {
    readonly maxConcurrentStreams?: number | undefined;
    readonly streamWindowBytes?: number | undefined;
    readonly maxStreamWindowBytes?: number | undefined;
    readonly connectionWindowBytes?: number | undefined;
    readonly maxHeaderListBytes?: number | undefined;
    readonly maxHeaderFields?: number | undefined;
    readonly maxUselessFrames?: number | undefined;
    readonly maxResets?: number | undefined;
    readonly maxWindowUpdatesPerData?: number | undefined;
    readonly maxPrioritiesPerStream?: number | undefined;
    readonly maxEmptyDataFrames?: number | undefined;
    readonly maxTinyDataFrames?: number | undefined;
    readonly maxContinuationFrames?: number | undefined;
    readonly headerBlockTimeoutMs?: number | undefined;
    readonly maxQueuedControlFrames?: number | undefined;
    readonly maxUnconsumedBytes?: number | undefined;
    readonly maxQueuedBytes?: number | undefined;
    readonly sendStallTimeoutMs?: number | undefined;
}

interface ConnectionScalingConfig {
    readonly maxConnectionsPerSubchannel?: number | undefined;
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

interface Endpoint {
    readonly addresses: readonly string[];
    readonly weight: number;
    readonly locality: string | undefined;
    readonly attributes: ReadonlyMap<string, unknown>;
}

type Entry = readonly [key: string, value: string | Uint8Array];

type ExposedName<K> = K extends UnsafeName ? `${K}$` : K;

type HandlerMethod<M> = M extends {
    methodKind: infer K;
    input: infer I extends DescMessage;
    output: infer O extends DescMessage;
} ? K extends "unary" ? (request: ReceivedMessage<I>, call: ServerCall) => SentMessage<O> | Promise<SentMessage<O>> : K extends "server_streaming" ? (request: ReceivedMessage<I>, call: ServerCall) => AnyIterable<SentMessage<O>> : K extends "client_streaming" ? (requests: AsyncIterable<ReceivedMessage<I>>, call: ServerCall) => SentMessage<O> | Promise<SentMessage<O>> : K extends "bidi_streaming" ? (requests: AsyncIterable<ReceivedMessage<I>>, call: ServerCall) => AnyIterable<SentMessage<O>> : never : never;

interface HealthCheckConfig {
    readonly serviceName?: string | undefined;
}

type Instant = number;

type LoadBalancingConfig = Readonly<Record<string, unknown>>;

interface LoadReport {
    readonly cpuUtilization: number;
    readonly memoryUtilization: number;
    readonly applicationUtilization: number;
    readonly requestsPerSecond: number;
    readonly errorsPerSecond: number;
}

interface LoadWatch {
    change(intervalMs: number): void;
    stop(): void;
}

type LocalName<N> = N extends string ? Uncapitalize<N> extends ReservedName ? `${Uncapitalize<N>}$` : Uncapitalize<N> : never;

interface MethodName {
    readonly service?: string | undefined;
    readonly method?: string | undefined;
}

interface ParentCall extends ServerCall {
    readonly abortError: GrpcError | undefined;
    readonly isHandlerRunning: boolean;
    adopt(child: ChildCall): void;
    release(child: ChildCall): void;
}

type Pick = {
    readonly kind: "subchannel";
    readonly subchannel: Subchannel;
    onCallEnd?(end: PickedCallEnd): void;
}
 | {
    readonly kind: "queue";
}
 | {
    readonly kind: "fail";
    readonly reason: string;
}
 | {
    readonly kind: "drop";
    readonly reason: string;
};

interface PickArguments {
    readonly path: string;
    metadata(key: string): string | undefined;
    readonly hash: bigint | undefined;
    readonly attributes?: ReadonlyMap<string, unknown> | undefined;
}

interface PickedCallEnd {
    readonly ok: boolean | undefined;
    readonly load: LoadReport | undefined;
}

interface Picker {
    pick(call: PickArguments): Pick;
}

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

interface PolicyChoice {
    readonly policy: BalancerPolicy<unknown>;
    readonly config: unknown;
}

type ReceivedMessage<D extends DescMessage> = D extends RawMessage ? Uint8Array : MessageShape<D>;

interface ReceivedMetadata {
    metadata(): Metadata;
}

type ReservedName = "constructor" | "toString" | "toJSON" | "valueOf";

interface Resolution<Config> {
    readonly endpoints: readonly Endpoint[];
    readonly config: Config;
    readonly note: string | undefined;
}

interface RetryThrottling {
    readonly maxTokens: number;
    readonly tokenRatio: number;
}

type SentMessage<D extends DescMessage> = D extends RawMessage ? Uint8Array : MessageInitShape<D>;

type Signal = typeof globalThis extends {
    AbortSignal: {
        prototype: infer S extends PlainSignal;
    };
} ? S : PlainSignal;

interface Subchannel {
    readonly endpoint: Endpoint;
    readonly state: ConnectivityState;
    readonly failure: string | undefined;
    connect(): void;
    close(): void;
    watchHealth(onChange: (health: BackendHealth) => void): BackendHealth;
    watchLoad(intervalMs: number, onReport: (load: LoadReport) => void): LoadWatch;
}

type UnsafeName = "then" | "__proto__";
