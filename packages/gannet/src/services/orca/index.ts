/** Reports of load, ORCA: with each call and out of band (gRFC A51). Start with load-reporter.ts. */

export { LOAD_METRICS_KEY } from "../../protocol/index.ts";
export { OrcaLoadReportSchema } from "../proto/xds/data/orca/v3/orca_load_report_pb.ts";
export { OpenRcaService } from "../proto/xds/service/orca/v3/orca_pb.ts";
export type { LoadMetrics } from "./load-metrics.ts";
export { addOrca, type LoadReporter, type OrcaOptions } from "./load-reporter.ts";
