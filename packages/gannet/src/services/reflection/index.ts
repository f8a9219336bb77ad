/** The service that tells of services, grpc.reflection v1 and v1alpha. Start with add-reflection.ts. */
export { ServerReflection } from "../proto/grpc/reflection/v1/reflection_pb.ts";
export { addReflection, type ReflectionOptions } from "./add-reflection.ts";
