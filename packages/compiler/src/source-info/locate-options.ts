import type { OptionListNode, OptionNode } from "../ast/index.ts";
import type { OptionPaths } from "../options/index.ts";
import { FIELD } from "./field-numbers.ts";
import type { LocationList, Path } from "./location-list.ts";

/** Adds locations for options: each where its value went. */
export class OptionLocator {
  readonly #locations: LocationList;
  readonly #paths: OptionPaths;

  constructor(locations: LocationList, paths: OptionPaths) {
    this.#locations = locations;
    this.#paths = paths;
  }

  /** `option name = value;`: the statement is a location of the options, and one of the value. */
  addStatement(path: Path, option: OptionNode): void {
    this.#locations.addNode(path, option);
    const location = this.#locations.addNode([...path, ...this.#pathOf(option)], option);
    this.#locations.endDeclaration(option.last, location);
  }

  /** `[a = 1, b = 2]` */
  addList(path: Path, list: OptionListNode | undefined): void {
    if (list === undefined) return;
    this.#locations.addNode(path, list);
    for (const option of list.options) this.#locations.addNode([...path, ...this.#pathOf(option)], option);
  }

  /** A field's options, `default` and `json_name` among them. */
  addFieldList(field: Path, list: OptionListNode | undefined): void {
    if (list === undefined) return;
    const path = [...field, FIELD.options];
    this.#locations.addNode(path, list);
    for (const option of list.options) {
      const name =
        option.name.parts.length === 1 && !option.name.parts[0]?.isExtension ? option.name.parts[0]?.text : undefined;
      if (name === "default") {
        this.#locations.addPart(field, FIELD.defaultValue, option.value);
      } else if (name === "json_name") {
        this.#locations.addPart(field, FIELD.jsonName, option);
        this.#locations.addPart(field, FIELD.jsonName, option.value);
      } else {
        this.#locations.addNode([...path, ...this.#pathOf(option)], option);
      }
    }
  }

  #pathOf(option: OptionNode): Path {
    return this.#paths.get(option) ?? [];
  }
}
