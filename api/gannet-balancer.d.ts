// The public API of gannet/balancer.

export interface BackendHealth {
    readonly state: "connecting" | "ready" | "transientFailure";
    readonly reason: string | undefined;
}

export interface Balancer<Config> {
    update(resolution: Resolution<Config>): string | undefined;
    exitIdle(): void;
    close(): void;
}

export interface BalancerHost {
    readonly clock: Clock;
    createSubchannel(endpoint: Endpoint, onStateChange: (state: ConnectivityState) => void): Subchannel;
    publish(state: ConnectivityState, picker: Picker): void;
    resolveNow(): void;
    random(): number;
    run(task: () => void): void;
}

export interface BalancerPolicy<Config> {
    readonly name: string;
    parseConfig(config: ConfigReader, policies: BalancerRegistry): Config;
    create(host: BalancerHost): Balancer<Config>;
}

export declare class BalancerRegistry {
    #private;
    constructor(policies: Iterable<BalancerPolicy<unknown>>);
    get names(): readonly string[];
    parseChoice(reader: ConfigReader, field: string): PolicyChoice;
}

export declare class ChildBalancer {
    #private;
    constructor(parent: BalancerHost, owner: ChildOwner);
    get state(): ConnectivityState;
    get picker(): Picker;
    update<Config>(policy: BalancerPolicy<Config>, resolution: Resolution<Config>): string | undefined;
    exitIdle(): void;
    close(): void;
}

export declare class ConfigReader {
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

export type ConnectivityState = "idle" | "connecting" | "ready" | "transientFailure" | "shutdown";

export interface Endpoint {
    readonly addresses: readonly string[];
    readonly weight: number;
    readonly locality: string | undefined;
    readonly attributes: ReadonlyMap<string, unknown>;
}

export interface LoadReport {
    readonly cpuUtilization: number;
    readonly memoryUtilization: number;
    readonly applicationUtilization: number;
    readonly requestsPerSecond: number;
    readonly errorsPerSecond: number;
}

export interface LoadWatch {
    change(intervalMs: number): void;
    stop(): void;
}

export type Pick = {
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

export interface PickArguments {
    readonly path: string;
    metadata(key: string): string | undefined;
    readonly hash: bigint | undefined;
    readonly attributes?: ReadonlyMap<string, unknown> | undefined;
}

export interface PickedCallEnd {
    readonly ok: boolean | undefined;
    readonly load: LoadReport | undefined;
}

export interface Picker {
    pick(call: PickArguments): Pick;
}

export declare const QUEUE_PICKER: Picker;

export interface ReadyEndpoint {
    readonly endpoint: Endpoint;
    readonly picker: Picker;
}

export interface Resolution<Config> {
    readonly endpoints: readonly Endpoint[];
    readonly config: Config;
    readonly note: string | undefined;
}

export interface RingHashConfig extends RingSize {
    readonly requestHashHeader: string;
}

export interface RingHashOptions {
    readonly maxRingSize?: number | undefined;
}

export declare class SpreadingBalancer<Config> implements Balancer<Config> {
    #private;
    constructor(host: BalancerHost, createPicker: (ready: readonly ReadyEndpoint[], config: Config) => Picker, onSubchannel?: SubchannelListener);
    update(resolution: Resolution<Config>): string | undefined;
    exitIdle(): void;
    close(): void;
}

export interface Subchannel {
    readonly endpoint: Endpoint;
    readonly state: ConnectivityState;
    readonly failure: string | undefined;
    connect(): void;
    close(): void;
    watchHealth(onChange: (health: BackendHealth) => void): BackendHealth;
    watchLoad(intervalMs: number, onReport: (load: LoadReport) => void): LoadWatch;
}

export type SubchannelListener = (endpoint: ReadyEndpoint, subchannel: Subchannel) => void;

export declare function createRingHash(options?: RingHashOptions): BalancerPolicy<RingHashConfig>;

export declare function failPicker(reason: string): Picker;

// Needed by the above, not exported.

interface ChildOwner {
    onChildChange(): void;
    createSubchannel?(endpoint: Endpoint, onStateChange: (state: ConnectivityState) => void): Subchannel;
}

interface Clock {
    now(): number;
    setTimer(delayMs: number, onTime: () => void): Timer;
}

interface PolicyChoice {
    readonly policy: BalancerPolicy<unknown>;
    readonly config: unknown;
}

interface RingSize {
    readonly min: number;
    readonly max: number;
}

interface Timer {
    cancel(): void;
    ref(): void;
    unref(): void;
}
