import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { type LoadReport, type LoadWatch, readLoadReport } from "../balancer/index.ts";
import type { HealthHost } from "./health-watch.ts";
import { StandingCall, type StandingCallListener } from "./standing-call.ts";
import type { SubchannelConnection } from "./subchannel-connection.ts";

const PATH = "/xds.service.orca.v3.OpenRcaService/StreamCoreMetrics";

/**
 * Has a backend report its load out of band, to all who watch it (gRFC A51): one call, with the shortest interval that
 * somebody wants. It is made again when that changes.
 */
export class LoadWatches implements StandingCallListener {
  readonly #host: HealthHost;
  readonly #watches = new Set<OneWatch>();
  #connection: SubchannelConnection | undefined;
  #call: StandingCall | undefined;
  #intervalMs = Number.POSITIVE_INFINITY;
  /** Whether the server behind the connection has no such service. */
  #isUnimplemented = false;

  constructor(host: HealthHost) {
    this.#host = host;
  }

  add(intervalMs: number, onReport: (load: LoadReport) => void): LoadWatch {
    const watch: OneWatch = {
      intervalMs,
      onReport,
      change: (changedMs) => {
        watch.intervalMs = changedMs;
        this.#ask();
      },
      stop: () => {
        this.#watches.delete(watch);
        this.#ask();
      },
    };
    this.#watches.add(watch);
    this.#ask();
    return watch;
  }

  /** Asks over that connection from now on; undefined where there is none. */
  use(connection: SubchannelConnection | undefined): void {
    if (connection === this.#connection) return;
    this.#connection = undefined;
    this.#ask();
    this.#connection = connection;
    this.#isUnimplemented = false;
    this.#ask();
  }

  #ask(): void {
    const isWanted = this.#connection !== undefined && !this.#isUnimplemented;
    const intervalMs = isWanted ? this.#shortestMs : Number.POSITIVE_INFINITY;
    if (intervalMs === this.#intervalMs) return;
    this.#intervalMs = intervalMs;
    this.#call?.stop();
    this.#call = undefined;
    if (this.#connection === undefined || !Number.isFinite(intervalMs)) return;
    this.#call = new StandingCall(this.#connection, PATH, encodeRequest(intervalMs), this.#host, this);
  }

  get #shortestMs(): number {
    return Math.min(...[...this.#watches].map(({ intervalMs }) => intervalMs));
  }

  onMessage(bytes: Uint8Array): void {
    const load = readLoadReport(bytes);
    if (load === undefined) throw new TypeError("expected an OrcaLoadReport");
    this.#host.run(() => {
      for (const { onReport } of this.#watches) onReport(load);
    });
  }

  onUnimplemented(): void {
    this.#isUnimplemented = true;
    this.#host.events.tell("load-unimplemented", "error", { peer: this.#connection?.remoteAddress });
    this.#ask();
  }
}

interface OneWatch extends LoadWatch {
  intervalMs: number;
  readonly onReport: (load: LoadReport) => void;
}

/** `OrcaLoadReportRequest`, with all costs. */
function encodeRequest(intervalMs: number): Uint8Array {
  const seconds = Math.floor(intervalMs / 1000);
  const nanos = Math.floor((intervalMs - seconds * 1000) * 1e6);
  const writer = new BinaryWriter().tag(1, WireType.LengthDelimited).fork();
  if (seconds > 0) writer.tag(1, WireType.Varint).int64(seconds);
  if (nanos > 0) writer.tag(2, WireType.Varint).int32(nanos);
  return writer.join().finish();
}
