import { compilerForNode, compilerLayers, gannetLayers, type Layers, portableLayers } from "./layers.ts";

/** A file of the fixture tree. A line that ends in `// reports RULE` must be reported by that rule, no other line may. */
export interface FixtureFile {
  readonly path: string;
  readonly text: string;
}

/** Files that break each rule, and files beside them that do not. */
export function createFixture(): FixtureFile[] {
  return [
    ...layerFiles(compilerLayers),
    ...layerFiles(gannetLayers),
    ...portableFiles(),
    ...Object.entries(SINGLE_FILES).map(([path, text]) => ({ path, text: `${text.trim()}\n` })),
  ];
}

/** For each layer its doors, and a file that imports every other layer. */
function layerFiles({ path, mayImport }: Layers): FixtureFile[] {
  const layers = Object.keys(mayImport);
  return layers.flatMap((layer) => {
    const imports = (up: string): string =>
      layers
        .filter((other) => other !== layer)
        .map((other, index) => {
          const isAllowed = mayImport[layer]?.includes(other) ?? false;
          const form = FORMS[index % FORMS.length]?.(`${up}${other}/index.ts`, index) ?? "";
          return `${form}${isAllowed ? "" : " // reports noRestrictedImports"}\n`;
        })
        .join("");
    return [
      { path: `${path}/src/${layer}/index.ts`, text: 'export { type Thing, thing } from "./thing.ts";\n' },
      { path: `${path}/src/${layer}/thing.ts`, text: "export type Thing = string;\nexport const thing = 1;\n" },
      { path: `${path}/src/${layer}/imports.ts`, text: imports("../") },
      { path: `${path}/src/${layer}/nested/imports.ts`, text: imports("../../") },
    ];
  });
}

/** The ways in which one file can reach another. */
const FORMS: readonly ((specifier: string, index: number) => string)[] = [
  (specifier, index) => `export { thing as thing${index} } from "${specifier}";`,
  (specifier, index) => `export type { Thing as Thing${index} } from "${specifier}";`,
  (specifier, index) => `export const later${index} = (): Promise<unknown> => import("${specifier}");`,
];

function portableFiles(): FixtureFile[] {
  const text =
    'export { readFileSync } from "node:fs"; // reports noNodejsModules\nexport { join } from "path"; // reports noNodejsModules useNodejsImportProtocol\n';
  const test = 'import { readFileSync } from "node:fs";\n\nreadFileSync("a test may");\n';
  return [
    ...portableLayers.map((layer) => `packages/gannet/src/${layer}`),
    ...Object.keys(compilerLayers.mayImport)
      .filter((pass) => !compilerForNode.includes(pass))
      .map((pass) => `packages/compiler/src/${pass}`),
  ].flatMap((folder) => [
    { path: `${folder}/portable.ts`, text },
    { path: `${folder}/portable.test.ts`, text: test },
  ]);
}

const LONG = Array.from({ length: 401 }, (_, row) => `export const row${row} = ${row};\n`).join("");

const SINGLE_FILES: Readonly<Record<string, string>> = {
  "packages/gannet/src/net/socket.ts": `
export { connect } from "node:net";
`,
  "packages/compiler/src/node/disk.ts": `
export { readFileSync } from "node:fs";
`,
  "packages/compiler/src/node.ts": `
export { readFileSync } from "node:fs";
`,
  "packages/gannet/src/web.ts": `
export { thing as client } from "./client/index.ts";
export { thing as server } from "./server/index.ts"; // reports noRestrictedImports
export { thing as net } from "./net/index.ts"; // reports noRestrictedImports
`,
  "packages/gannet/src/index.ts": `
export { thing as client } from "./client/index.ts";
export { thing as server } from "./server/index.ts";
`,
  "packages/gannet/src/client/globals.ts": `
export const bytes = Buffer.alloc(1); // reports noRestrictedGlobals
export const home = process.env; // reports noRestrictedGlobals
`,
  "packages/gannet/src/server/doors.ts": `
import { thing } from "../core/index.ts";
import { thing as inner } from "../core/thing.ts"; // reports plugin noPrivateImports
import { own } from "./doors-own.ts";
import { deep } from "./deep/deep.ts"; // reports plugin noPrivateImports
import { deep as door } from "./deep/index.ts";
export { thing as exported } from "../core/thing.ts"; // reports plugin
export type { Thing } from "../core/thing.ts"; // reports plugin
export { deep as past } from "../channel/deep/index.ts"; // reports plugin
export const later = (): Promise<unknown> => import("../core/thing.ts"); // reports plugin
export type Imported = import("../core/thing.ts").Thing; // reports plugin
export * from "./doors-own.ts"; // reports noReExportAll
export const all = [thing, inner, own, deep, door];
`,
  "packages/gannet/src/server/doors-own.ts": `
export const own = 1;
`,
  "packages/gannet/src/server/own-door.ts": `
export { thing } from "./index.ts"; // reports plugin
`,
  "packages/gannet/src/server/deep/index.ts": `
export { deep } from "./deep.ts";
`,
  "packages/gannet/src/server/deep/deep.ts": `
import { own } from "../doors-own.ts";

export const deep = own;
`,
  "packages/gannet/src/channel/deep/index.ts": `
export const deep = 1;
`,
  "packages/gannet/src/base/cycle-a.ts": `
import { b } from "./cycle-b.ts"; // reports noImportCycles

export const a = (): number => b();
`,
  "packages/gannet/src/base/cycle-b.ts": `
import { a } from "./cycle-a.ts"; // reports noImportCycles

export const b = (): number => a();
`,
  "packages/gannet/src/base/type-cycle-a.ts": `
import type { B } from "./type-cycle-b.ts";

export type A = B | undefined;
`,
  "packages/gannet/src/base/type-cycle-b.ts": `
import type { A } from "./type-cycle-a.ts";

export type B = A[];
`,
  "packages/gannet/src/base/state.ts": `
let last = 0; // reports plugin
export const registry = new Map<string, number>(); // reports plugin
export const NONE: readonly number[] = [];
export const FIXED = new Map([["a", 1]]);
export class Registry {
  static readonly known: string[] = []; // reports plugin
  readonly #own = new Map<string, number>();
  count(): number {
    let size = this.#own.size;
    const list: number[] = [];
    size += list.length + last;
    return size;
  }
}
for (let at = 0; at < 3; at++) last += at;
export const loaded = await Promise.resolve(++last); // reports plugin
`,
  "packages/gannet/src/base/console.ts": `
console.log("a library is silent"); // reports noConsole
`,
  "packages/gannet/src/base/BadName.ts": `
export const name = 1; // reports-file useFilenamingConvention
`,
  "packages/gannet/src/base/extension.ts": `
export { own } from "./extension-own"; // reports useImportExtensions
export { own as js } from "./extension-own.js"; // reports useImportExtensions
`,
  "packages/gannet/src/base/extension-own.ts": `
export const own = 1;
`,
  "packages/gannet/src/base/style.ts": `
export default 1; // reports noDefaultExport
export enum Colour { Red = 1 } // reports noEnum
export const first = (list: number[]): number => list[0]!; // reports noNonNullAssertion
export const any = (value: any): number => value; // reports noExplicitAny
`,
  "packages/compiler/src/source/dependency.ts": `
export { test } from "fast-check"; // reports noUndeclaredDependencies
export { Command } from "commander"; // reports noUndeclaredDependencies
export { create } from "@bufbuild/protobuf";
`,
  "packages/compiler/src/source/dependency.test.ts": `
export { test } from "fast-check";
export { Command } from "commander"; // reports noUndeclaredDependencies
`,
  "packages/gannet/src/codec/hot.ts": `
export const first = (list: number[]): number => list[0]!;
`,
  "packages/gannet/src/http2/frame/hot.ts": `
export const first = (list: number[]): number => list[0]!;
`,
  "packages/gannet/src/base/long.ts": `// reports-file noExcessiveLinesPerFile\n${LONG}`,
  "packages/gannet/src/base/long-with-reason.ts": `// biome-ignore-all lint/style/noExcessiveLinesPerFile: 401 rows\n${LONG}`,
  "packages/cli/src/main.ts": `
import { compile } from "./commands/compile.ts"; // reports plugin
import type { Compile } from "./commands/compile.ts";

export const lazy = (): Promise<unknown> => import("./commands/compile.ts");
export const all: [number, Compile] = [compile, 1];
`,
  "packages/cli/src/commands/compile.ts": `
export type Compile = number;
export const compile: Compile = 1;
`,
  "packages/cli/src/commands/other.ts": `
export { thing } from "../output/thing.ts"; // reports plugin
`,
  "packages/cli/src/output/thing.ts": `
export const thing = 1;
`,
  "packages/gannet/src/base/promises.ts": `
export function work(): Promise<number> {
  return Promise.resolve(1);
}
export function careless(): void {
  work(); // reports no-floating-promises
  void work();
  if (work()) careless(); // reports no-misused-promises
  [1].forEach(async () => { // reports no-misused-promises
    await work();
  });
  Promise.reject("text").catch(careless); // reports prefer-promise-reject-errors
}
export async function waits(): Promise<number> {
  await 1; // reports await-thenable
  try {
    return work(); // reports return-await
  } catch {
    return 0;
  }
}
export const spread = { ...work() }; // reports no-misused-promises no-misused-spread
export const sorted = [3, 10].sort(); // reports require-array-sort-compare
export function name(code: "a" | "b"): string {
  switch (code) { // reports switch-exhaustiveness-check
    case "a":
      return "first";
  }
  return "";
}
`,
  "packages/gannet/src/base/promises.test.ts": `
import { test } from "node:test";

test("needs no await", () => {});
`,
};
