/** The service that tells of services, grpc.reflection v1 and v1alpha. */
export {
  addReflection,
  type ReflectionOptions,
  ServerReflection,
} from "./services/reflection/index.ts";
