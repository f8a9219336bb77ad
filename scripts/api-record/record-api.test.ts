import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { recordApi } from "./record-api.ts";

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gannet-api-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

test("exported declarations are followed through folders, sorted, without comments", () => {
  const record = recordFiles({
    "index.d.ts": '/** Doc. */\nexport { type Thing, make } from "./thing/index.ts";\n',
    "thing/index.d.ts": 'export { make, type Thing } from "./thing.ts";\n',
    "thing/thing.d.ts": `
/** A thing; not "finished". */
export interface Thing {
    /** Its name. */
    readonly name: string;
    nested(): {
        deep: true;
    };
}
export declare function make(name: string): Thing;
`,
  });
  assert.equal(
    record,
    `export interface Thing {
    readonly name: string;
    nested(): {
        deep: true;
    };
}

export declare function make(name: string): Thing;
`,
  );
});

test("what an exported declaration needs is recorded too, and where foreign types come from", () => {
  const record = recordFiles({
    "index.d.ts": 'export { make } from "./make.ts";\n',
    "make.d.ts": `
import type { Message } from "@bufbuild/protobuf";
import type { Hidden } from "./hidden.ts";
type Local = "a;b" | \`\${string}}\`;
export declare function make(local: Local, hidden: Hidden): Message;
`,
    "hidden.d.ts": "export declare class Hidden {\n    #private;\n}\nexport declare const unused: number;\n",
  });
  assert.equal(
    record,
    `import type { Message } from "@bufbuild/protobuf";

export declare function make(local: Local, hidden: Hidden): Message;

// Needed by the above, not exported.

declare class Hidden {
    #private;
}

type Local = "a;b" | \`\${string}}\`;
`,
  );
});

test("a form of statement that the record does not know is an error, not left out", () => {
  assert.throws(() => recordFiles({ "index.d.ts": 'export * from "./thing.ts";\n' }), /cannot read: export \*/);
});

test("overloads are all recorded", () => {
  const record = recordFiles({
    "index.d.ts": "export declare function f(a: string): void;\nexport declare function f(a: number): void;\n",
  });
  assert.equal(record, "export declare function f(a: string): void;\nexport declare function f(a: number): void;\n");
});

function recordFiles(files: Readonly<Record<string, string>>): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return recordApi(join(folder, "index.d.ts"));
}
