import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import type { EventTeller } from "../../observe/index.ts";
import type { BackendHealth } from "../balancer/index.ts";
import { StandingCall, type StandingCallHost, type StandingCallListener } from "./standing-call.ts";
import type { SubchannelConnection } from "./subchannel-connection.ts";

const PATH = "/grpc.health.v1.Health/Watch";
/** `HealthCheckResponse.ServingStatus`, by number. */
const STATUSES = ["UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"] as const;

const READY: BackendHealth = { state: "ready", reason: undefined };
const CONNECTING: BackendHealth = { state: "connecting", reason: undefined };

/** What a watch of a backend's health is told of itself. */
export interface HealthHost extends StandingCallHost {
  readonly events: EventTeller;
  /** Runs a task when no balancer runs. */
  run(task: () => void): void;
}

/** Asks a backend for its health, for as long as the connection lasts (gRFC A17). */
export class HealthWatch implements StandingCallListener {
  #connection: SubchannelConnection;
  readonly #host: HealthHost;
  readonly #onChange: (health: BackendHealth) => void;
  #health: BackendHealth = READY;
  #service: string | undefined;
  #call: StandingCall | undefined;
  #isStopped = false;
  /** Whether what was said over another connection holds until there is an answer. */
  #isMoving = false;

  /** @param service what to ask for; undefined for not to ask */
  constructor(
    connection: SubchannelConnection,
    service: string | undefined,
    host: HealthHost,
    onChange: (health: BackendHealth) => void,
  ) {
    this.#connection = connection;
    this.#host = host;
    this.#onChange = onChange;
    this.#service = service;
    this.#ask();
  }

  get health(): BackendHealth {
    return this.#health;
  }

  /** Asks for another service from now on, where it is another. */
  ask(service: string | undefined): void {
    if (service === this.#service) return;
    this.#service = service;
    this.#call?.stop();
    this.#call = undefined;
    this.#ask();
    this.#tell();
  }

  /** Asks over another connection, where it is one. */
  use(connection: SubchannelConnection): void {
    if (connection === this.#connection) return;
    this.#connection = connection;
    this.#call?.stop();
    if (this.#service === undefined) return;
    this.#isMoving = true;
    this.#call = this.#start(this.#service);
  }

  stop(): void {
    this.#isStopped = true;
    this.#call?.stop();
  }

  #ask(): void {
    this.#health = this.#service === undefined ? READY : CONNECTING;
    this.#isMoving = false;
    if (this.#service !== undefined) this.#call = this.#start(this.#service);
  }

  #start(service: string): StandingCall {
    return new StandingCall(this.#connection, PATH, encodeRequest(service), this.#host, this);
  }

  onAttempt(): void {
    if (!this.#isMoving) this.#become(CONNECTING);
  }

  onMessage(bytes: Uint8Array): void {
    const status = readStatus(bytes);
    if (status === "SERVING") this.#become(READY);
    else this.#fail(`${this.#name} is ${status}`);
  }

  onFailure(reason: string): void {
    this.#fail(`${this.#name} could not be asked for its health: ${reason}`);
  }

  onUnimplemented(): void {
    this.#host.events.tell("health-unimplemented", "error", {
      peer: this.#connection.remoteAddress,
      service: this.#service,
    });
    this.#become(READY);
  }

  get #name(): string {
    const what = this.#service === "" ? "the server" : this.#service;
    return `${what} at ${this.#connection.remoteAddress}`;
  }

  #fail(reason: string): void {
    this.#become({ state: "transientFailure", reason });
  }

  #become(health: BackendHealth): void {
    this.#isMoving = false;
    const { state, reason } = this.#health;
    if (state === health.state && reason === health.reason) return;
    this.#health = health;
    if (health.state !== "connecting") {
      this.#host.events.tell("health", health.state === "ready" ? "info" : "warning", {
        peer: this.#connection.remoteAddress,
        service: this.#service,
        state: health.state,
        reason: health.reason,
      });
    }
    this.#tell();
  }

  #tell(): void {
    const health = this.#health;
    this.#host.run(() => {
      if (!this.#isStopped && health === this.#health) this.#onChange(health);
    });
  }
}

/** `HealthCheckRequest`. */
function encodeRequest(service: string): Uint8Array {
  const writer = new BinaryWriter();
  if (service !== "") writer.tag(1, WireType.LengthDelimited).string(service);
  return writer.finish();
}

/** The status of a `HealthCheckResponse`, by name; one that is not known here stands for itself. */
function readStatus(bytes: Uint8Array): string {
  const reader = new BinaryReader(bytes);
  let status = 0;
  while (reader.pos < reader.len) {
    const [number, wireType] = reader.tag();
    if (number === 1 && wireType === WireType.Varint) status = reader.int32();
    else reader.skip(wireType, number);
  }
  return STATUSES[status] ?? `in the state ${status}`;
}
