/** A name that a module takes from another. */
export interface Reference {
  readonly specifier: string;
  readonly name: string;
}

/** The statements of one emitted declaration file. */
export interface Declarations {
  /** By local name. Overloads follow each other. */
  readonly declared: ReadonlyMap<string, string>;
  readonly imported: ReadonlyMap<string, Reference>;
  /** By exported name: what it is in this module, or where it comes from. */
  readonly exported: ReadonlyMap<string, string | Reference>;
}

const BLOCK = /^(?:export )?(?:declare )?(?:abstract )?(?:class|interface|namespace|enum)\b/;
const DECLARED =
  /^(export )?(?:declare )?(?:abstract )?(?:class|interface|namespace|enum|type|function|const|let|var) ([\w$]+)/;
const CLAUSE = /^(import|export) (?:type )?\{([^}]*)\}(?: from "([^"]+)")?;$/;
const WHOLE = /^import (?:type )?\* as ([\w$]+) from "([^"]+)";$/;

/**
 * Reads a .d.ts file as `tsc` writes it under `isolatedDeclarations`: one statement after the other, comments between.
 *
 * @throws Error for a statement of another form, so that nothing is left out unseen
 */
export function readDeclarations(text: string): Declarations {
  const declared = new Map<string, string>();
  const imported = new Map<string, Reference>();
  const exported = new Map<string, string | Reference>();
  for (const statement of splitStatements(text)) {
    const [, isExported, name] = DECLARED.exec(statement) ?? [];
    if (name !== undefined) {
      const before = declared.get(name);
      declared.set(name, before === undefined ? statement : `${before}\n${statement}`);
      if (isExported !== undefined) exported.set(name, name);
      continue;
    }
    const [, module, wholeSpecifier] = WHOLE.exec(statement) ?? [];
    if (module !== undefined && wholeSpecifier !== undefined) {
      imported.set(module, { specifier: wholeSpecifier, name: "*" });
      continue;
    }
    const [, keyword, list, specifier] = CLAUSE.exec(statement) ?? [];
    if (list === undefined) throw new Error(`a statement that the API record cannot read: ${statement}`);
    for (const { from, to } of readClause(list)) {
      if (keyword === "export") exported.set(to, specifier === undefined ? from : { specifier, name: from });
      else if (specifier !== undefined) imported.set(to, { specifier, name: from });
    }
  }
  return { declared, imported, exported };
}

function readClause(list: string): { readonly from: string; readonly to: string }[] {
  return list
    .split(",")
    .map((item) => item.trim().replace(/^type /, ""))
    .filter((item) => item !== "")
    .map((item) => {
      const [from = "", to = from] = item.split(" as ");
      return { from, to };
    });
}

/** Cuts a declaration file into its statements, comments and empty lines dropped. */
function splitStatements(text: string): string[] {
  const statements: string[] = [];
  let statement = "";
  let depth = 0;
  for (const token of text.match(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|"[^"]*"|'[^']*'|`[^`]*`|[\s\S]/g) ?? []) {
    if (token.startsWith("/*") || token.startsWith("//")) continue;
    statement += token;
    if ("{([".includes(token)) depth++;
    else if ("})]".includes(token)) depth--;
    else if (token !== ";") continue;
    if (depth > 0 || "{([)]".includes(token)) continue;
    const clean = statement
      .replaceAll(/[ \t]+$/gm, "")
      .replaceAll(/\n{2,}/g, "\n")
      .trim();
    if (token === "}" && !BLOCK.test(clean)) continue;
    statements.push(clean);
    statement = "";
  }
  if (statement.trim() !== "") throw new Error(`a statement without an end: ${statement.trim()}`);
  return statements;
}
