import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Inputs that were of use, as hexadecimal text, a file for each, in git. */
export class CorpusFolder {
  readonly #path: string;

  constructor(target: string) {
    this.#path = fileURLToPath(new URL(`../../fuzz/corpus/${target}`, import.meta.url));
  }

  read(): Uint8Array[] {
    if (!existsSync(this.#path)) return [];
    return readdirSync(this.#path)
      .filter((name) => name.endsWith(".hex"))
      .sort()
      .map((name) => Uint8Array.from(Buffer.from(readFileSync(`${this.#path}/${name}`, "utf8").trim(), "hex")));
  }

  write(inputs: readonly Uint8Array[]): void {
    mkdirSync(this.#path, { recursive: true });
    for (const input of inputs) {
      const name = createHash("sha256").update(input).digest("hex").slice(0, 12);
      writeFileSync(`${this.#path}/${name}.hex`, `${Buffer.from(input).toString("hex")}\n`);
    }
  }
}
