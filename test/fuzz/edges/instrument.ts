import { type AnyNode, type Node, parse } from "acorn";

/** A module that counts which of its branches are taken, and how many it has. */
export interface Instrumented {
  readonly source: string;
  readonly edges: number;
}

/**
 * Puts a counter at the start of each function and each way that a branch may go: `if` and `else`, both halves of `?:`, the
 * second half of `&&`, `||` and `??`, the cases of a `switch`, the bodies of loops and what catches.
 */
export function instrument(source: string, name: string): Instrumented {
  const edits = new Edits();
  const program = parse(source, { ecmaVersion: "latest", sourceType: "module" });
  visit(program as AnyNode, edits);
  const head = `const $edges = globalThis.$registerEdges(${JSON.stringify(name)}, ${edits.edges});`;
  return { source: `${head}${edits.apply(source)}`, edges: edits.edges };
}

/** Text to put in, by place. What opens comes in the order of asking, what closes in the reverse. */
class Edits {
  edges = 0;
  readonly #opening = new Map<number, string>();
  readonly #closing = new Map<number, string>();

  count(): string {
    return `$edges[${this.edges++}]++`;
  }

  open(at: number, text: string): void {
    this.#opening.set(at, (this.#opening.get(at) ?? "") + text);
  }

  close(at: number, text: string): void {
    this.#closing.set(at, text + (this.#closing.get(at) ?? ""));
  }

  apply(source: string): string {
    const places = [...new Set([...this.#opening.keys(), ...this.#closing.keys()])].sort((one, other) => one - other);
    let text = "";
    let from = 0;
    for (const at of places) {
      text += source.slice(from, at) + (this.#closing.get(at) ?? "") + (this.#opening.get(at) ?? "");
      from = at;
    }
    return text + source.slice(from);
  }
}

function visit(node: AnyNode, edits: Edits): void {
  mark(node, edits);
  for (const value of Object.values(node) as unknown[]) {
    for (const child of Array.isArray(value) ? (value as unknown[]) : [value]) if (isNode(child)) visit(child, edits);
  }
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}

function mark(node: AnyNode, edits: Edits): void {
  switch (node.type) {
    case "FunctionDeclaration":
    case "FunctionExpression":
    case "ArrowFunctionExpression":
      markWay(node.body, edits, node.body.type !== "BlockStatement");
      break;
    case "IfStatement":
      // What closes comes in the reverse order.
      if (node.alternate) markWay(node.alternate, edits, false);
      else edits.close(node.consequent.end, ` else {${edits.count()};}`);
      markWay(node.consequent, edits, false);
      break;
    case "ForStatement":
    case "ForInStatement":
    case "ForOfStatement":
    case "WhileStatement":
    case "DoWhileStatement":
      markWay(node.body, edits, false);
      break;
    case "ConditionalExpression":
      markWay(node.consequent, edits, true);
      markWay(node.alternate, edits, true);
      break;
    case "LogicalExpression":
      markWay(node.right, edits, true);
      break;
    case "CatchClause":
      markWay(node.body, edits, false);
      break;
    case "SwitchCase": {
      const first = node.consequent[0];
      if (first !== undefined) edits.open(first.start, `${edits.count()};`);
      break;
    }
    default:
  }
}

function markWay(way: Node, edits: Edits, isExpression: boolean): void {
  if (isExpression) {
    edits.open(way.start, `(${edits.count()},(`);
    edits.close(way.end, "))");
  } else if (way.type === "BlockStatement") {
    edits.open(way.start + 1, `${edits.count()};`);
  } else {
    edits.open(way.start, `{${edits.count()};`);
    edits.close(way.end, "}");
  }
}
