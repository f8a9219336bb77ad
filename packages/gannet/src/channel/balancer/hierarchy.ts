import type { Endpoint } from "./balancer.ts";

/** The attribute of an endpoint that says to which child of which balancer it belongs: a list of names, outermost first. */
const HIERARCHY = "hierarchy";

/** The endpoints of each child, of those that name one; a child's are without that name. */
export function groupByChild(endpoints: readonly Endpoint[]): ReadonlyMap<string, readonly Endpoint[]> {
  const groups = new Map<string, Endpoint[]>();
  for (const endpoint of endpoints) {
    const path = endpoint.attributes.get(HIERARCHY);
    if (!Array.isArray(path)) continue;
    const [name, ...rest]: unknown[] = path;
    if (typeof name !== "string") continue;
    const own = { ...endpoint, attributes: new Map(endpoint.attributes).set(HIERARCHY, rest) };
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [own]);
    else group.push(own);
  }
  return groups;
}
