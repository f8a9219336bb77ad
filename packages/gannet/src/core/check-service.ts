import type { DescService } from "@bufbuild/protobuf";
import { describeValue } from "../base/index.ts";
import { misuse } from "./misuse.ts";

/**
 * Refuses what untyped code may give in the place of a service.
 *
 * @param taker who takes it, such as `createClient`
 * @throws TypeError GANNET_INVALID_ARGUMENT that says what was given instead, and what was meant where that can be seen
 */
export function checkService(service: unknown, taker: string): asserts service is DescService {
  const given = service as Given | null | undefined;
  if (given?.kind === "service") return;
  const what = `${taker} takes a service first, as generated code exports it, not ${describeValue(service)}`;
  const hint = given instanceof Promise ? ": await it first" : hintAt(given);
  throw misuse(TypeError, "GANNET_INVALID_ARGUMENT", `${what}${hint}`);
}

/** What is looked at in something that is no service. */
interface Given {
  readonly kind?: unknown;
  readonly services?: unknown;
  readonly service?: unknown;
  readonly start?: unknown;
}

function hintAt(given: Given | null | undefined): string {
  // What loadServices gives.
  if (typeof given?.service === "function" && Array.isArray(given.services)) {
    const [one] = given.services as readonly DescService[];
    return one === undefined
      ? ": its files have no services"
      : `: take one of its services, as .service("${one.typeName}")`;
  }
  return typeof given?.start === "function" ? ", which comes second" : "";
}
