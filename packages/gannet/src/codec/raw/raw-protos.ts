import { create } from "@bufbuild/protobuf";
import {
  type DescriptorProto,
  DescriptorProtoSchema,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  type MethodDescriptorProto,
  MethodDescriptorProtoSchema,
  type ServiceDescriptorProto,
  ServiceDescriptorProtoSchema,
} from "@bufbuild/protobuf/wkt";

// In a file of its own, as the published bundle evaluates it, and the descriptor of descriptors with it, at the first call.

export function rawFileProto(name: string): FileDescriptorProto {
  return create(FileDescriptorProtoSchema, { name, syntax: "proto3" });
}

export function rawMessageProto(name: string): DescriptorProto {
  return create(DescriptorProtoSchema, { name });
}

export function rawServiceProto(name: string, method: MethodDescriptorProto[]): ServiceDescriptorProto {
  return create(ServiceDescriptorProtoSchema, { name, method });
}

export function rawMethodProto(
  name: string,
  clientStreaming: boolean,
  serverStreaming: boolean,
): MethodDescriptorProto {
  return create(MethodDescriptorProtoSchema, { name, clientStreaming, serverStreaming });
}
