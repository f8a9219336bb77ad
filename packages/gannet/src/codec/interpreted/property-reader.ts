import { isInherited } from "../emit/index.ts";

/** Reads a property of messages: undefined where every object inherits it, as a field may be called `hasOwnProperty`. */
export function propertyReader(name: string): (message: Readonly<Record<string, unknown>>) => unknown {
  if (!isInherited(name)) return (message) => message[name];
  return (message) => (Object.hasOwn(message, name) ? message[name] : undefined);
}
