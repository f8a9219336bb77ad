/**
 * What emitted code is for. `evaluated` is made while a program runs, and read by nobody. `js` and `ts` are for files: they
 * declare no more than they use, as compilers may be told to refuse that, and `ts` says the type of each parameter.
 */
export type Dialect = "evaluated" | "js" | "ts";

/** The types of what emitted code declares. */
export type DeclaredType = "any" | "number" | "Uint8Array" | "TypeReader" | "TypeCode | undefined";

/** A name with its type, where the dialect has such. */
export function typed(name: string, type: DeclaredType, dialect: Dialect): string {
  return dialect === "ts" ? `${name}: ${type}` : name;
}

/**
 * The start of a function, such as `function write(m: any, b: Uint8Array, p: number) {`. What is evaluated is used at once:
 * V8 compiles a function in parentheses when it reads it, rather than reading it once more when it is called.
 */
export function emitHead(
  name: string,
  parameters: readonly (readonly [name: string, type: DeclaredType])[],
  dialect: Dialect,
): string {
  const list = parameters.map(([each, type]) => typed(each, type, dialect)).join(", ");
  return dialect === "evaluated" ? `const ${name} = (function (${list}) {` : `function ${name}(${list}) {`;
}

/** The end of what `emitHead` starts. */
export function emitEnd(dialect: Dialect): string {
  return dialect === "evaluated" ? "});" : "}";
}

/** Declares those of `names` that `body` uses. */
export function declareLocals(names: readonly string[], body: readonly string[], dialect: Dialect): string[] {
  const used = dialect === "evaluated" ? names : usedOf(names, body.join("\n"));
  return used.length === 0 ? [] : [`let ${used.map((name) => typed(name, "any", dialect)).join(", ")};`];
}

/** Those of `names` that `code` has as a name by itself, neither within a text nor as a property. */
export function usedOf<Name extends string>(names: readonly Name[], code: string): Name[] {
  const words = new Set(code.replace(/"(?:[^"\\]|\\.)*"/g, '""').match(/(?<![.\w$])[A-Za-z_$][\w$]*/g));
  return names.filter((name) => words.has(name));
}
