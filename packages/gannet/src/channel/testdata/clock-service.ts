import { create, createFileRegistry, type DescMethod } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema, file_google_protobuf_timestamp } from "@bufbuild/protobuf/wkt";

const TIMESTAMP = ".google.protobuf.Timestamp";

const FILE = create(FileDescriptorProtoSchema, {
  name: "clock.proto",
  package: "test",
  syntax: "proto3",
  dependency: ["google/protobuf/timestamp.proto"],
  service: [
    {
      name: "Clock",
      method: [
        { name: "Tell", inputType: TIMESTAMP, outputType: TIMESTAMP },
        { name: "Watch", inputType: TIMESTAMP, outputType: TIMESTAMP, clientStreaming: true, serverStreaming: true },
      ],
    },
  ],
});

/** A service whose messages are all `google.protobuf.Timestamp`: `Tell` is unary, `Watch` a stream both ways. */
export function clockMethod(name: "Tell" | "Watch"): DescMethod {
  const registry = createFileRegistry(FILE, () => file_google_protobuf_timestamp.proto);
  const method = registry.getService("test.Clock")?.methods.find((each) => each.name === name);
  if (method === undefined) throw new Error(`the service has no method ${name}`);
  return method;
}
