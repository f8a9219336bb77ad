/** The key under which a call's trailer has its report (gRFC A51). */
export const LOAD_METRICS_KEY = "endpoint-load-metrics-bin";
