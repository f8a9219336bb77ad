import type { DescService, MessageInitShape } from "@bufbuild/protobuf";
import { GrpcError, misuse, type ServerCall } from "../../core/index.ts";
import { checkServer, type Server } from "../../server/index.ts";
import {
  Health,
  type HealthCheckRequest,
  HealthCheckResponse_ServingStatus,
  type HealthCheckResponseSchema,
} from "../proto/grpc/health/v1/health_pb.ts";

/** How a service is. `UNKNOWN` stands for one that cannot say yet. */
export type HealthStatus = "SERVING" | "NOT_SERVING" | "UNKNOWN";

/** Says how the services of a server are. */
export interface HealthReporter {
  /**
   * Says how a service is: by its full name, such as `acme.shop.Shop`, or any other name that probes ask for. The empty
   * name stands for the server as a whole. What is said here holds until the server shuts down.
   *
   * @throws TypeError for a status that there is not
   */
  set(service: string | DescService, status: HealthStatus): void;
  /** Takes back what `set` said: a service of the server is SERVING again, and any other name unknown. */
  clear(service: string | DescService): void;
  /** How a service is; undefined where nothing is known of it. */
  get(service: string | DescService): HealthStatus | undefined;
}

/**
 * Adds the service `grpc.health.v1.Health`. The server as a whole and each of its services are SERVING, until `set` says
 * otherwise or the server shuts down: then all are NOT_SERVING, before clients are told to go.
 *
 * @throws TypeError where the server has it already
 */
export function addHealth(server: Server): HealthReporter {
  checkServer(server, "addHealth");
  const reporter = new ServerHealth(server);
  server.add(Health, reporter.handlers, { limited: false });
  return reporter;
}

const { SERVING, NOT_SERVING, UNKNOWN, SERVICE_UNKNOWN } = HealthCheckResponse_ServingStatus;
const NUMBERS: Readonly<Record<HealthStatus, HealthCheckResponse_ServingStatus>> = { SERVING, NOT_SERVING, UNKNOWN };

type Reply = MessageInitShape<typeof HealthCheckResponseSchema>;

class ServerHealth implements HealthReporter {
  readonly #server: Server;
  /** Only what was said: what is so by itself is found when it is asked for. */
  readonly #statuses = new Map<string, HealthStatus>();
  readonly #watchers = new Set<() => void>();
  #isShutDown = false;

  readonly handlers = {
    check: ({ service }: HealthCheckRequest): Reply => {
      const status = this.get(service);
      if (status === undefined)
        throw new GrpcError("NOT_FOUND", `nothing is known of a service ${JSON.stringify(service)}`);
      return { status: NUMBERS[status] };
    },
    list: (): { statuses: Record<string, Reply> } => ({
      statuses: Object.fromEntries([...this.#names()].map((name) => [name, { status: this.#numberOf(name) }])),
    }),
    watch: ({ service }: HealthCheckRequest, call: ServerCall): AsyncIterable<Reply> => this.#watch(service, call),
  };

  constructor(server: Server) {
    this.#server = server;
    const { shutdownSignal } = server;
    const shutDown = () => {
      this.#isShutDown = true;
      this.#wakeWatchers();
    };
    if (shutdownSignal.aborted) shutDown();
    else shutdownSignal.addEventListener("abort", shutDown, { once: true });
  }

  set(service: string | DescService, status: HealthStatus): void {
    if (!Object.hasOwn(NUMBERS, status)) {
      const known = Object.keys(NUMBERS).join(", ");
      throw misuse(TypeError, "GANNET_INVALID_ARGUMENT", `a service is one of ${known}, and not ${String(status)}`);
    }
    this.#statuses.set(nameOf(service), status);
    this.#wakeWatchers();
  }

  clear(service: string | DescService): void {
    if (this.#statuses.delete(nameOf(service))) this.#wakeWatchers();
  }

  get(service: string | DescService): HealthStatus | undefined {
    const name = nameOf(service);
    const said = this.#statuses.get(name);
    if (said === undefined && !this.#isServed(name)) return undefined;
    return this.#isShutDown ? "NOT_SERVING" : (said ?? "SERVING");
  }

  #isServed(name: string): boolean {
    return name === "" || this.#server.services().some(({ typeName }) => typeName === name);
  }

  #names(): Set<string> {
    return new Set(["", ...this.#server.services().map(({ typeName }) => typeName), ...this.#statuses.keys()]);
  }

  #numberOf(name: string): HealthCheckResponse_ServingStatus {
    const status = this.get(name);
    return status === undefined ? SERVICE_UNKNOWN : NUMBERS[status];
  }

  /** Tells how a service is now and whenever that changes. Who is slow to listen gets the newest only. */
  async *#watch(name: string, call: ServerCall): AsyncGenerator<Reply, void> {
    let wake = () => {};
    const onChange = () => wake();
    this.#watchers.add(onChange);
    call.signal.addEventListener("abort", onChange);
    try {
      let last: HealthCheckResponse_ServingStatus | undefined;
      while (call.active) {
        const status = this.#numberOf(name);
        if (status !== last) {
          last = status;
          yield { status };
        } else if (this.#isShutDown) {
          throw new GrpcError("UNAVAILABLE", "the server shuts down");
        } else {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
    } finally {
      this.#watchers.delete(onChange);
      call.signal.removeEventListener("abort", onChange);
    }
  }

  #wakeWatchers(): void {
    for (const onChange of this.#watchers) onChange();
  }
}

function nameOf(service: string | DescService): string {
  return typeof service === "string" ? service : service.typeName;
}
