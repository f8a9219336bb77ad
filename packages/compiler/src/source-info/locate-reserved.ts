import type { RangeNode, ReservedNode } from "../ast/index.ts";
import { RANGE } from "./field-numbers.ts";
import type { LocationList, Path } from "./location-list.ts";

/** Where reserved numbers and names go. */
export interface ReservedPaths {
  readonly ranges: Path;
  readonly names: Path;
  nextRange(): number;
  nextName(): number;
}

/** Adds the locations of a `reserved` statement, of a message or an enum. */
export function locateReserved(locations: LocationList, node: ReservedNode, paths: ReservedPaths): void {
  const location = locations.addNode(node.names.length > 0 ? paths.names : paths.ranges, node);
  for (const range of node.ranges) addRange(locations, [...paths.ranges, paths.nextRange()], range);
  for (const name of node.names) locations.addPart(paths.names, paths.nextName(), name);
  locations.endDeclaration(node.last, location);
}

/** Adds the locations of a range and its ends. */
export function addRange(locations: LocationList, path: Path, node: RangeNode): void {
  locations.addNode(path, node);
  locations.addPart(path, RANGE.start, node.start);
  locations.addPart(path, RANGE.end, node.end);
}
