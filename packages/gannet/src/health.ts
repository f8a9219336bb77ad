/** The service that says whether a server is fit to take calls, grpc.health.v1. */
export {
  addHealth,
  Health,
  HealthCheckResponse_ServingStatus,
  type HealthReporter,
  type HealthStatus,
} from "./services/health/index.ts";
