import { hostname } from "node:os";

/** The name of this machine, as it knows itself. */
export function hostName(): string {
  return hostname();
}
