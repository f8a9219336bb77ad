import type { EnumNode } from "../ast/index.ts";
import { ENUM, ENUM_VALUE } from "./field-numbers.ts";
import type { OptionLocator } from "./locate-options.ts";
import { locateReserved } from "./locate-reserved.ts";
import type { LocationList, Path } from "./location-list.ts";

/** Adds the locations of an enum and its values. */
export function locateEnum(locations: LocationList, options: OptionLocator, path: Path, node: EnumNode): void {
  const first = node.visibility === undefined ? node.first : node.visibility.last + 1;
  const location = locations.add(path, first, node.last);
  locations.addPart(path, ENUM.name, node.name);
  locations.endDeclaration(node.open, location);
  let values = 0;
  let ranges = 0;
  let names = 0;
  for (const element of node.elements) {
    switch (element.kind) {
      case "enum-value": {
        const valuePath = [...path, ENUM.value, values++];
        const value = locations.addNode(valuePath, element);
        locations.addPart(valuePath, ENUM_VALUE.name, element.name);
        locations.addPart(valuePath, ENUM_VALUE.number, element.number);
        options.addList([...valuePath, ENUM_VALUE.options], element.options);
        locations.endDeclaration(element.last, value);
        break;
      }
      case "option":
        options.addStatement([...path, ENUM.options], element);
        break;
      case "reserved":
        locateReserved(locations, element, {
          ranges: [...path, ENUM.reservedRange],
          names: [...path, ENUM.reservedName],
          nextRange: () => ranges++,
          nextName: () => names++,
        });
        break;
      default:
        locations.endEmpty(element.last);
    }
  }
  locations.endBody(node.last);
}
