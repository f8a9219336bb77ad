/** How the calls of a service are made, as its owner says. Start with service-config.ts. */
export { ConfigInUse } from "./config-in-use.ts";
export {
  type MethodSettings,
  type ParsedServiceConfig,
  parseMethodSettings,
  parseServiceConfig,
} from "./parse-service-config.ts";
export type {
  ConnectionScalingConfig,
  HealthCheckConfig,
  HedgingPolicy,
  MethodConfig,
  MethodName,
  RetryPolicy,
  RetryThrottling,
  ServiceConfig,
} from "./service-config.ts";
