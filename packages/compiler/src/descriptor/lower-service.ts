import { create } from "@bufbuild/protobuf";
import {
  type MethodDescriptorProto,
  MethodDescriptorProtoSchema,
  MethodOptionsSchema,
  type ServiceDescriptorProto,
  ServiceDescriptorProtoSchema,
} from "@bufbuild/protobuf/wkt";
import type { MethodNode, ServiceNode } from "../ast/index.ts";
import { keepOptions } from "./lower-options.ts";
import type { Lowering } from "./lowering.ts";

/** Turns a service with its methods into its descriptor. */
export function lowerService(lowering: Lowering, node: ServiceNode): ServiceDescriptorProto {
  const proto = lowering.record(create(ServiceDescriptorProtoSchema), node);
  proto.name = node.name.text;
  for (const element of node.elements) if (element.kind === "method") proto.method.push(lowerMethod(lowering, element));
  keepOptions(
    lowering,
    proto,
    node.elements.filter((element) => element.kind === "option"),
  );
  return proto;
}

function lowerMethod(lowering: Lowering, node: MethodNode): MethodDescriptorProto {
  const proto = lowering.record(create(MethodDescriptorProtoSchema), node);
  proto.name = node.name.text;
  proto.inputType = node.input.text;
  proto.outputType = node.output.text;
  if (node.inputStream !== undefined) proto.clientStreaming = true;
  if (node.outputStream !== undefined) proto.serverStreaming = true;
  const options = node.body?.elements.filter((element) => element.kind === "option") ?? [];
  keepOptions(lowering, proto, options);
  // Braces make options, even when nothing stands between them: descriptors tell the difference.
  if (node.body !== undefined) proto.options = create(MethodOptionsSchema);
  return proto;
}
