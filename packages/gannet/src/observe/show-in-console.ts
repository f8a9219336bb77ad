/** The name of the method by which `console.log` asks an object how it is to be shown, in Node and other runtimes. */
const INSPECT = Symbol.for("nodejs.util.inspect.custom");

/**
 * Has `console.log` show what people look for, where an object keeps it in private fields.
 *
 * @param type the class of such objects
 */
export function showInConsole<T>(type: { readonly prototype: T }, show: (value: T) => object): void {
  Object.defineProperty(type.prototype, INSPECT, {
    value(this: T): object {
      return show(this);
    },
  });
}
