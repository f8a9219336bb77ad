import type { DescService } from "@bufbuild/protobuf";
import { countEdits, nearestName } from "../../core/index.ts";

/** A name in a service config, and where it stands there. */
export interface PlacedName {
  readonly service: string;
  /** Empty for the whole service. */
  readonly method: string;
  readonly where: string;
}

/** A longer way from one name to the other is no slip. */
const MAX_SLIPS = 2;
/** In shorter names as few letters make another word. */
const MIN_SLIP_LENGTH = 10;

/**
 * The names that a service config has settings under. One that is written wrong makes no config invalid (gRFC A21): its
 * settings are then for nobody, which shows once the service is called that was meant.
 */
export class ConfigNames {
  readonly #names: readonly PlacedName[];
  /** Those that were looked at. */
  readonly #seen = new Set<string>();

  constructor(names: readonly PlacedName[]) {
    this.#names = names;
  }

  /** What names are wrong, by all appearances, now that it is known that `service` is called: said the first time only. */
  look(service: DescService): readonly string[] {
    const { typeName } = service;
    if (this.#seen.has(typeName)) return [];
    this.#seen.add(typeName);
    const own = this.#names.filter((name) => name.service === typeName);
    // Whoever has written it once as it is means another service by what is like it.
    if (own.length === 0) return this.#misspelt(typeName);
    const methods = service.methods.map(({ name }) => name);
    return own.flatMap(({ method, where }) => {
      if (method === "" || methods.includes(method)) return [];
      const meant = nearestName(method.replace(/^.*\//, ""), methods);
      const hint = meant === undefined ? `it has ${methods.join(", ")}` : `did you mean ${meant}?`;
      return [`${where}.method: ${typeName} has no method ${JSON.stringify(method)}; ${hint}`];
    });
  }

  #misspelt(typeName: string): readonly string[] {
    const near = this.#names.filter(({ service }) => isSlip(service, typeName));
    return near.map(({ service, where }) => {
      return `${where}.service: ${JSON.stringify(service)} is not called; did you mean ${typeName}?`;
    });
  }
}

/** Whether a name is another one without its package, with slashes or as a path, or with letters changed. */
function isSlip(name: string, typeName: string): boolean {
  const bare = name.replace(/^[/.\s]+|[/\s]+$/g, "").toLowerCase();
  const meant = typeName.toLowerCase();
  if (bare === "") return false;
  if (meant === bare || meant.endsWith(`.${bare}`) || bare.startsWith(`${meant}/`)) return true;
  // Two versions of a service are two services.
  if (bare.replace(/\D/g, "") !== meant.replace(/\D/g, "")) return false;
  return bare.length >= MIN_SLIP_LENGTH && countEdits(bare, meant) <= MAX_SLIPS;
}
