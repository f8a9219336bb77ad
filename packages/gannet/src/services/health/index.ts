/** The service that says whether a server is fit to take calls, grpc.health.v1. Start with health-reporter.ts. */
export { Health, HealthCheckResponse_ServingStatus } from "../proto/grpc/health/v1/health_pb.ts";
export { addHealth, type HealthReporter, type HealthStatus } from "./health-reporter.ts";
