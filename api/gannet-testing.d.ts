// The public API of gannet/testing.

import type { DescMessage, DescMethod, DescService, Message, MessageInitShape, MessageShape, Registry } from "@bufbuild/protobuf";

export interface CallFault {
    readonly method?: string | undefined;
    readonly skip?: number | undefined;
    readonly times?: number | undefined;
    readonly probability?: number | undefined;
    readonly delayMs?: number | undefined;
    readonly code?: ErrorCode | undefined;
    readonly reason?: string | undefined;
    readonly afterReplies?: number | undefined;
}

export type Direction = "requests" | "replies";

export interface FaultOptions {
    readonly seed?: number | undefined;
}

export declare class FaultyNetwork {
    #private;
    readonly clock: Clock;
    readonly random: SeededRandom;
    constructor(options?: NetworkOptions);
    get faults(): NetworkFaults;
    get connections(): number;
    get attempts(): number;
    set(faults?: NetworkFaults): this;
    cut(): this;
    createChannel(server: Server, options?: ChannelOptions): Channel;
    relay(address: string): Promise<string>;
    close(): Promise<void>;
}

export type FrameTypeName = (typeof TYPE_NAMES)[number] | "?";

export interface Frames {
    readonly END_STREAM: typeof END_STREAM;
    readonly END_HEADERS: typeof END_HEADERS;
    readonly PADDED: typeof PADDED;
    readonly PRIORITY: typeof PRIORITY;
    readonly ACK: typeof ACK;
    readonly PREFACE: typeof PREFACE;
    readonly RESPONSE_FIELDS: typeof RESPONSE_FIELDS;
    readonly frame: typeof frame;
    readonly data: typeof data;
    readonly message: typeof message;
    readonly envelope: typeof envelope;
    readonly headers: typeof headers;
    readonly trailers: typeof trailers;
    readonly continuation: typeof continuation;
    readonly settings: typeof settings;
    readonly settingsAck: typeof settingsAck;
    readonly ping: typeof ping;
    readonly rstStream: typeof rstStream;
    readonly windowUpdate: typeof windowUpdate;
    readonly goaway: typeof goaway;
    readonly uint32: typeof uint32;
    readonly block: typeof block;
    readonly requestFields: typeof requestFields;
}

export type HeaderFields = readonly (readonly [name: string, value: string])[];

export declare const Http2Code: {
    readonly NoError: 0;
    readonly ProtocolError: 1;
    readonly InternalError: 2;
    readonly FlowControlError: 3;
    readonly SettingsTimeout: 4;
    readonly StreamClosed: 5;
    readonly FrameSizeError: 6;
    readonly RefusedStream: 7;
    readonly Cancel: 8;
    readonly CompressionError: 9;
    readonly ConnectError: 10;
    readonly EnhanceYourCalm: 11;
    readonly InadequateSecurity: 12;
    readonly Http11Required: 13;
};
export type Http2Code = (typeof Http2Code)[keyof typeof Http2Code];

export declare class Http2Peer {
    #private;
    readonly role: "client" | "server";
    readonly ended: Promise<string>;
    private constructor();
    static connect(server: Pick<Server, "serve">): Http2Peer;
    static over(stream: DuplexStream | ConnectedPipe, role: "client" | "server"): Http2Peer;
    get isEnded(): boolean;
    send(...bytes: readonly Uint8Array[]): this;
    greet(...pairs: readonly (readonly [id: number, value: number])[]): Promise<this>;
    next(): Promise<PeerFrame>;
    expect(text: string): Promise<PeerFrame>;
    take(): PeerFrame[];
    takeBytes(): Uint8Array;
    end(): void;
    destroy(): void;
}

export interface NetworkFaults {
    readonly refuse?: boolean | undefined;
    readonly maxPieceBytes?: number | undefined;
    readonly latencyMs?: number | undefined;
    readonly stalled?: readonly Direction[] | undefined;
    readonly maxRequestBytes?: number | undefined;
    readonly maxReplyBytes?: number | undefined;
}

export interface NetworkOptions {
    readonly seed?: number | undefined;
    readonly clock?: Clock | undefined;
}

export interface PeerFrame {
    readonly type: FrameTypeName;
    readonly flags: number;
    readonly streamId: number;
    readonly payload: Uint8Array;
    readonly fields: HeaderFields | undefined;
    readonly text: string;
}

export declare class ScriptedServer {
    #private;
    readonly peers: Http2Peer[];
    createChannel(options?: ChannelOptions): Channel;
    accept(): Promise<Http2Peer>;
}

export interface TestCertificate {
    readonly cert: string;
    readonly key: string;
}

export interface TestCertificateOptions {
    readonly signedBy?: TestCertificate | undefined;
    readonly commonName?: string | undefined;
    readonly validFrom?: Date | undefined;
    readonly validTo?: Date | undefined;
}

export declare class VirtualClock implements Clock {
    #private;
    get timers(): number;
    now(): number;
    setTimer(delayMs: number, onTime: () => void): Timer;
    advance(ms: number): Promise<void>;
}

export declare function createCertificate(names?: readonly string[], options?: TestCertificateOptions): TestCertificate;

export declare function createInMemoryChannel(server: Server, options?: ChannelOptions): Channel;

export declare const frames: Frames;

export declare function injectCallFaults(transport: Transport, faults: readonly CallFault[], options?: FaultOptions): Transport;

// Needed by the above, not exported.

declare const ACK: number;

interface AmbientCalls {
    readonly isWanted: boolean;
    want(): void;
    current(): ParentCall | undefined;
    run<T>(call: ParentCall, code: () => T): T;
    runOutside<T>(code: () => T): T;
}

type AnyIterable<T> = Iterable<T> | AsyncIterable<T>;

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

interface CallChoice {
    readonly methodConfig?: object | undefined;
    readonly hash?: bigint | undefined;
    readonly attributes?: ReadonlyMap<string, unknown> | undefined;
    readonly onCommitted?: (() => void) | undefined;
}

interface CallCredentials {
    readonly kind: "call";
    readonly allowPlaintext: boolean;
    readonly source: CredentialsSource;
}

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

interface CallOutcome {
    readonly code: Code;
    readonly error: GrpcError | undefined;
    readonly trailer: Metadata;
    readonly durationMs: number;
}

type CallSelector = (call: SelectableCall) => CallChoice;

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

interface CallWriter {
    send(message: object, isLast?: boolean, compress?: boolean): boolean;
    endSend(): void;
    request(count: number, maxBytes?: number): void;
    cancel(error?: GrpcError): void;
    readonly peer: string | undefined;
}

interface Channel extends Transport, ObservedChannel {
    readonly state: ConnectivityState;
    connect(options?: {
        readonly signal?: Signal | undefined;
    }): Promise<void>;
    watch(options?: {
        readonly signal?: Signal | undefined;
    }): AsyncIterableIterator<ConnectivityState>;
    close(): Promise<void>;
}

interface ChannelKeepaliveOptions {
    readonly intervalMs?: number | undefined;
    readonly timeoutMs?: number | undefined;
    readonly permitWithoutCalls?: boolean | undefined;
}

interface ChannelOptions extends MessageOptions {
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

interface ChildCall {
    onParentEnd(reason: unknown): void;
}

type ClientInterceptor = (call: InterceptedClientCall, next: () => Promise<void>) => Promise<void>;

interface Clock {
    now(): number;
    setTimer(delayMs: number, onTime: () => void): Timer;
}

type Code = (typeof CODE_NAMES)[number];

interface CodecStats {
    readonly aheadOfTime: number;
    readonly compiled: number;
    readonly interpreted: number;
}

interface Compressor {
    readonly name: string;
    compress(bytes: Uint8Array): Uint8Array;
    decompress(bytes: Uint8Array, maxBytes: number): Uint8Array;
}

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

type ConnectivityState = "idle" | "connecting" | "ready" | "transientFailure" | "shutdown";

interface Credentials {
    readonly kind: "insecure" | "tls";
}

interface CredentialsRequest {
    readonly service: string;
    readonly method: string;
    readonly authority: string;
    readonly serviceUrl: string;
    readonly signal: Signal;
}

type CredentialsSource = (request: CredentialsRequest) => MetadataInit | Promise<MetadataInit>;

interface DnsOptions {
    readonly refreshIntervalMs?: number | undefined;
    readonly minIntervalMs?: number | undefined;
    readonly timeoutMs?: number | undefined;
    readonly serviceConfig?: boolean | undefined;
    readonly srv?: boolean | undefined;
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

declare const END_HEADERS: number;

declare const END_STREAM: number;

interface Endpoint {
    readonly addresses: readonly string[];
    readonly weight: number;
    readonly locality: string | undefined;
    readonly attributes: ReadonlyMap<string, unknown>;
}

interface EndpointInit {
    readonly addresses: readonly string[];
    readonly weight?: number | undefined;
    readonly locality?: string | undefined;
    readonly attributes?: ReadonlyMap<string, unknown> | undefined;
}

type Entry = readonly [key: string, value: string | Uint8Array];

type ErrorCode = Exclude<Code, "OK">;

interface ErrorDetail {
    readonly typeName: string;
    readonly value: Uint8Array;
}

type EventListener = (event: GrpcEvent) => void;

interface Found {
    readonly endpoints: readonly EndpointInit[];
    readonly note?: string | undefined;
    readonly serviceConfig?: unknown;
    readonly selectCall?: CallSelector | undefined;
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

interface GrpcEvent {
    readonly name: string;
    readonly level: "debug" | "info" | "warning" | "error";
    readonly fields: Readonly<Record<string, unknown>>;
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

interface HealthCheckConfig {
    readonly serviceName?: string | undefined;
}

interface HedgingPolicy {
    readonly maxAttempts: number;
    readonly hedgingDelay?: string | undefined;
    readonly nonFatalStatusCodes?: readonly ErrorCode[] | undefined;
}

type Instant = number;

interface InterceptedClientCall extends CallUnderInterception {
    readonly side: "client";
    readonly header: Metadata | undefined;
    readonly peer: string | undefined;
}

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

type MessageHook = (message: object) => object | undefined | void;

interface MessageOptions {
    readonly maxReceiveBytes?: number | undefined;
    readonly maxSendBytes?: number | undefined;
    readonly maxMetadataBytes?: number | undefined;
    readonly compressors?: readonly Compressor[] | undefined;
    readonly compress?: boolean | undefined;
    readonly minCompressBytes?: number | undefined;
    readonly codecs?: "compiled" | "interpreted" | undefined;
    readonly jsonRegistry?: Registry | undefined;
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

interface MethodConfig {
    readonly name: readonly MethodName[];
    readonly waitForReady?: boolean | undefined;
    readonly timeout?: string | undefined;
    readonly maxRequestMessageBytes?: number | undefined;
    readonly maxResponseMessageBytes?: number | undefined;
    readonly retryPolicy?: RetryPolicy | undefined;
    readonly hedgingPolicy?: HedgingPolicy | undefined;
}

interface MethodName {
    readonly service?: string | undefined;
    readonly method?: string | undefined;
}

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

declare const PADDED: number;

declare const PREFACE: Uint8Array;

declare const PRIORITY: number;

interface ParentCall extends ServerCall {
    readonly abortError: GrpcError | undefined;
    readonly isHandlerRunning: boolean;
    adopt(child: ChildCall): void;
    release(child: ChildCall): void;
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

declare const RESPONSE_FIELDS: HeaderFields;

interface RawMessage extends DescMessage {
    readonly isRaw: true;
}

type ReceivedMessage<D extends DescMessage> = D extends RawMessage ? Uint8Array : MessageShape<D>;

interface ReceivedMetadata {
    metadata(): Metadata;
}

interface Resolution<Config> {
    readonly endpoints: readonly Endpoint[];
    readonly config: Config;
    readonly note: string | undefined;
}

interface Resolver {
    resolveNow(): void;
    close(): void;
}

interface ResolverHost {
    readonly clock: Clock;
    random(): number;
    update(found: Found): string | undefined;
    fail(reason: string): void;
}

interface ResolverPolicy {
    readonly scheme: string;
    readonly mayConfigure?: boolean | undefined;
    create(target: Target, host: ResolverHost): Resolver;
}

interface RetryPolicy {
    readonly maxAttempts: number;
    readonly initialBackoff: string;
    readonly maxBackoff: string;
    readonly backoffMultiplier: number;
    readonly perAttemptRecvTimeout?: string | undefined;
    readonly retryableStatusCodes: readonly ErrorCode[];
}

interface RetryThrottling {
    readonly maxTokens: number;
    readonly tokenRatio: number;
}

declare class SeededRandom {
    #private;
    constructor(seed: number);
    next(): number;
    upTo(most: number): number;
}

interface SelectableCall {
    readonly path: string;
    metadata(key: string): string | undefined;
}

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

interface ServiceConfig {
    readonly loadBalancingConfig?: readonly Readonly<Record<string, unknown>>[] | undefined;
    readonly loadBalancingPolicy?: string | undefined;
    readonly methodConfig?: readonly MethodConfig[] | undefined;
    readonly retryThrottling?: RetryThrottling | undefined;
    readonly healthCheckConfig?: HealthCheckConfig | undefined;
    readonly connectionScaling?: ConnectionScalingConfig | undefined;
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

interface Subchannel {
    readonly endpoint: Endpoint;
    readonly state: ConnectivityState;
    readonly failure: string | undefined;
    connect(): void;
    close(): void;
    watchHealth(onChange: (health: BackendHealth) => void): BackendHealth;
    watchLoad(intervalMs: number, onReport: (load: LoadReport) => void): LoadWatch;
}

interface SubchannelStats {
    readonly state: ObservedState;
    readonly failure: string | undefined;
    readonly calls: Pick<CallStats, "started" | "succeeded" | "failed" | "lastStartedAt"> & {
        readonly waitingForRoom: number;
    };
}

declare const TYPE_NAMES: readonly ["DATA", "HEADERS", "PRIORITY", "RST_STREAM", "SETTINGS", "PUSH_PROMISE", "PING", "GOAWAY", "WINDOW_UPDATE", "CONTINUATION"];

interface Target {
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

interface Timer {
    cancel(): void;
    ref(): void;
    unref(): void;
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

interface TlsOptions extends TlsIdentity {
    readonly identity?: TlsIdentitySource | undefined;
    readonly serverName?: string | undefined;
}

interface TlsSession {
    readonly protocol: string;
    readonly cipher: string;
}

interface Transport {
    readonly clock?: Clock | undefined;
    readonly interceptors?: readonly ClientInterceptor[] | undefined;
    readonly ambient?: AmbientCalls | undefined;
    start(method: DescMethod, init: CallInit, observer: CallObserver): CallWriter;
    close(): Promise<void>;
}

type UnknownMethodHandler = (requests: AsyncIterable<Uint8Array>, call: ServerCall) => AnyIterable<Uint8Array>;

declare function block(...fields: HeaderFields): Uint8Array;

declare function continuation(streamId: number, part: Uint8Array, flags?: number): Uint8Array;

declare function data(streamId: number, payload?: Uint8Array | string, flags?: number): Uint8Array;

declare function detail<D extends DescMessage>(schema: D, init: MessageInitShape<D>): ErrorDetail;

declare function envelope(body: Uint8Array, flag?: number, length?: number): Uint8Array;

declare function frame(type: number, flags: number, streamId: number, payload?: Uint8Array, length?: number): Uint8Array;

declare function goaway(lastStreamId: number, http2Code: number, debug?: string): Uint8Array;

declare function headers(streamId: number, fields: HeaderFields | Uint8Array, flags?: number): Uint8Array;

declare function insecure(): Credentials;

declare function message(streamId: number, body: Uint8Array, flags?: number): Uint8Array;

declare function ping(text?: string, flags?: number): Uint8Array;

declare function requestFields(path: string, fields?: Readonly<Record<string, string>>): HeaderFields;

declare function rstStream(streamId: number, http2Code: number): Uint8Array;

declare function settings(...pairs: readonly (readonly [id: number, value: number])[]): Uint8Array;

declare const settingsAck: Uint8Array;

declare function tls(options?: TlsOptions): Credentials;

declare function trailers(streamId: number, grpcStatus: number, fields?: HeaderFields): Uint8Array;

declare function uint32(value: number): Uint8Array;

declare function windowUpdate(streamId: number, increment: number): Uint8Array;
