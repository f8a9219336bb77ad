import { isInherited } from "../emit/index.ts";

/** The value of a property of a message; undefined where every object inherits it: a field may be called `hasOwnProperty`. */
export function valueOfProperty(message: Readonly<Record<string, unknown>>, name: string): unknown {
  return isInherited(name) && !Object.hasOwn(message, name) ? undefined : message[name];
}
