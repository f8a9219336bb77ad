import type { MethodNode, ServiceNode } from "../ast/index.ts";
import { METHOD, SERVICE } from "./field-numbers.ts";
import type { OptionLocator } from "./locate-options.ts";
import type { LocationList, Path } from "./location-list.ts";

/** Adds the locations of a service and its methods. */
export function locateService(locations: LocationList, options: OptionLocator, path: Path, node: ServiceNode): void {
  const location = locations.addNode(path, node);
  locations.addPart(path, SERVICE.name, node.name);
  locations.endDeclaration(node.open, location);
  let methods = 0;
  for (const element of node.elements) {
    if (element.kind === "method") locateMethod(locations, options, [...path, SERVICE.method, methods++], element);
    else if (element.kind === "option") options.addStatement([...path, SERVICE.options], element);
    else locations.endEmpty(element.last);
  }
  locations.endBody(node.last);
}

function locateMethod(locations: LocationList, options: OptionLocator, path: Path, node: MethodNode): void {
  const location = locations.addNode(path, node);
  locations.addPart(path, METHOD.name, node.name);
  if (node.inputStream !== undefined) locations.addPart(path, METHOD.clientStreaming, node.inputStream);
  locations.addPart(path, METHOD.inputType, node.input);
  if (node.outputStream !== undefined) locations.addPart(path, METHOD.serverStreaming, node.outputStream);
  locations.addPart(path, METHOD.outputType, node.output);
  if (node.body === undefined) {
    locations.endDeclaration(node.last, location);
    return;
  }
  locations.endDeclaration(node.body.open, location);
  for (const element of node.body.elements) {
    if (element.kind === "option") options.addStatement([...path, METHOD.options], element);
    else locations.endEmpty(element.last);
  }
  locations.endBody(node.last);
}
