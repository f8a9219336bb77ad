const INDENT = "  ";

/** Sets emitted code as people write it: one statement a line, and what stands in braces further in. */
export function layOut(code: string, depth: number): string {
  const layout = new Layout(depth);
  for (const { 0: token, index } of code.matchAll(/"(?:[^"\\]|\\.)*"|[^"]/g)) {
    layout.add(token, code.slice(index + 1, index + 8));
  }
  return layout.end();
}

class Layout {
  readonly #depth: number;
  readonly #lines: string[] = [];
  /** What is open at this point, from the outermost on. Literals stay in their line. */
  readonly #open: ("block" | "literal")[] = [];
  #parentheses = 0;
  #line = "";
  #lineDepth = 0;

  constructor(depth: number) {
    this.#depth = depth;
  }

  /** @param next the start of what follows */
  add(token: string, next: string): void {
    switch (token) {
      case "\n":
        this.#endLine();
        return;
      case "(":
      case "[":
        this.#parentheses++;
        break;
      case ")":
      case "]":
        this.#parentheses--;
        break;
      case "{":
        this.#openBrace();
        return;
      case "}":
        this.#closeBrace(next);
        return;
    }
    this.#append(token);
    if (token === ";" && this.#parentheses === 0 && this.#open.at(-1) !== "literal") this.#endLine();
  }

  end(): string {
    this.#endLine();
    return this.#lines.join("\n");
  }

  #openBrace(): void {
    const before = this.#line.trimEnd();
    const isBlock =
      this.#parentheses === 0 && this.#open.at(-1) !== "literal" && !/(?:[=,(]|\bconst|\breturn)$/.test(before);
    this.#append("{");
    this.#open.push(isBlock ? "block" : "literal");
    if (isBlock) this.#endLine();
  }

  #closeBrace(next: string): void {
    if (this.#open.at(-1) === "literal") {
      this.#append("}", this.#open.length - 1);
      this.#open.pop();
      return;
    }
    this.#endLine();
    this.#open.pop();
    this.#append("}");
    if (/^\s*(?:else\b|as\b|[;,)])/.test(next)) return;
    this.#endLine();
    if (this.#open.length === 0) this.#lines.push("");
  }

  #append(token: string, depth: number = this.#open.length): void {
    if (this.#line === "") {
      if (token === " ") return;
      this.#lineDepth = depth;
    }
    this.#line += token;
  }

  #endLine(): void {
    const line = this.#line.trimEnd();
    this.#line = "";
    if (line !== "") this.#lines.push(INDENT.repeat(this.#depth + this.#lineDepth) + line);
  }
}
