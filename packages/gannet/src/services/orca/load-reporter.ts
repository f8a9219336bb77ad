import { toBinary } from "@bufbuild/protobuf";
import { type Clock, systemClock } from "../../base/index.ts";
import {
  checkOptions,
  clockOption,
  flag,
  GrpcError,
  numberFrom,
  type OptionChecks,
  type ServerCall,
  type Signal,
} from "../../core/index.ts";
import { LOAD_METRICS_KEY } from "../../protocol/index.ts";
import { checkServer, type Server } from "../../server/index.ts";
import { type OrcaLoadReport, OrcaLoadReportSchema } from "../proto/xds/data/orca/v3/orca_load_report_pb.ts";
import { OpenRcaService, type OrcaLoadReportRequest } from "../proto/xds/service/orca/v3/orca_pb.ts";
import { checkMetrics, createReport, type LoadMetrics } from "./load-metrics.ts";

/** Tells clients how loaded a server is. */
export interface LoadReporter {
  /**
   * Says how the server is: what is given replaces what was said of it, what is undefined is not reported any more, and
   * what is not mentioned stays. Values that a measure cannot have, such as a memory of 1.5, are not reported.
   *
   * @throws TypeError for a measure that there is not
   */
  set(metrics: LoadMetrics): void;
  /**
   * Adds a report to the trailer of a call, while its handler runs: what the server is said to be, and these metrics before
   * it. Several of one call add up, later ones replacing the same measure.
   *
   * @throws TypeError for a measure that there is not
   */
  report(call: ServerCall, metrics?: LoadMetrics): void;
}

/** How load is reported. */
export interface OrcaOptions {
  /**
   * Whether clients may ask for reports apart from their calls, by `xds.service.orca.v3.OpenRcaService`.
   *
   * @default true
   */
  readonly outOfBand?: boolean | undefined;
  /**
   * Milliseconds between two reports of that kind, at least: clients that want them more often get them so.
   *
   * @default 30000
   */
  readonly minIntervalMs?: number | undefined;
  /**
   * What the time between reports is counted on.
   *
   * @default the clock of this process
   */
  readonly clock?: Clock | undefined;
}

const CHECKS: OptionChecks<OrcaOptions> = { outOfBand: flag, minIntervalMs: numberFrom(1), clock: clockOption };
const DEFAULT_MIN_INTERVAL_MS = 30_000;

/**
 * Lets a server report its load: out of band, and with each call for which `report` is called.
 *
 * @throws TypeError where the server has the service already, or for a key that is no option
 * @throws RangeError for an interval below 1
 */
export function addOrca(server: Server, options: OrcaOptions = {}): LoadReporter {
  checkServer(server, "addOrca");
  checkOptions(options, CHECKS, "addOrca");
  const { outOfBand = true, minIntervalMs = DEFAULT_MIN_INTERVAL_MS, clock = systemClock } = options;
  const reporter = new ServerLoad(minIntervalMs, clock, server.shutdownSignal);
  if (outOfBand) server.add(OpenRcaService, reporter.handlers, { limited: false });
  return reporter;
}

class ServerLoad implements LoadReporter {
  readonly #minIntervalMs: number;
  readonly #clock: Clock;
  readonly #shutdown: Signal;
  #metrics: LoadMetrics = {};
  readonly #ofCalls = new WeakMap<ServerCall, LoadMetrics[]>();

  readonly handlers = {
    streamCoreMetrics: (request: OrcaLoadReportRequest, call: ServerCall): AsyncIterable<OrcaLoadReport> =>
      this.#stream(request, call),
  };

  constructor(minIntervalMs: number, clock: Clock, shutdown: Signal) {
    this.#minIntervalMs = minIntervalMs;
    this.#clock = clock;
    this.#shutdown = shutdown;
  }

  set(metrics: LoadMetrics): void {
    checkMetrics(metrics, "set");
    this.#metrics = { ...this.#metrics, ...metrics };
  }

  report(call: ServerCall, metrics: LoadMetrics = {}): void {
    checkMetrics(metrics, "report");
    const lots = [...(this.#ofCalls.get(call) ?? []), metrics];
    this.#ofCalls.set(call, lots);
    call.trailer.set(LOAD_METRICS_KEY, toBinary(OrcaLoadReportSchema, createReport(this.#metrics, ...lots)));
  }

  async *#stream(request: OrcaLoadReportRequest, call: ServerCall): AsyncGenerator<OrcaLoadReport, void> {
    const intervalMs = Math.max(this.#minIntervalMs, millisecondsOf(request.reportInterval));
    while (call.active && !this.#shutdown.aborted) {
      yield withCosts(createReport(this.#metrics), request.requestCostNames);
      await pause(this.#clock, intervalMs, [call.signal, this.#shutdown]);
    }
    if (this.#shutdown.aborted) throw new GrpcError("UNAVAILABLE", "the server shuts down");
  }
}

/** The same report with these costs only; with all where none are named. */
function withCosts(report: OrcaLoadReport, names: readonly string[]): OrcaLoadReport {
  if (names.length === 0) return report;
  const kept = Object.entries(report.requestCost).filter(([name]) => names.includes(name));
  return { ...report, requestCost: Object.fromEntries(kept) };
}

function millisecondsOf(duration: OrcaLoadReportRequest["reportInterval"]): number {
  return duration === undefined ? 0 : Number(duration.seconds) * 1000 + duration.nanos / 1e6;
}

/** Resolves when the time is over or one of the signals aborts. The process need not stay for it. */
function pause(clock: Clock, ms: number, signals: readonly Signal[]): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      timer.cancel();
      for (const signal of signals) signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = clock.setTimer(ms, end);
    timer.unref();
    for (const signal of signals) signal.addEventListener("abort", end);
    if (signals.some(({ aborted }) => aborted)) end();
  });
}
