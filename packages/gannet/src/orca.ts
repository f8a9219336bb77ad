/** Reports of load to clients that balance by it, ORCA (gRFC A51). */
export {
  addOrca,
  LOAD_METRICS_KEY,
  type LoadMetrics,
  type LoadReporter,
  OpenRcaService,
  OrcaLoadReportSchema,
  type OrcaOptions,
} from "./services/orca/index.ts";
