// Makes the program that is published, dist/main.js and dist/chunks/, of what tsc has put into dist/modules.
//
// Why a bundle: `gannet protoc` on one file must cost little more than starting Node. As modules on disk it costs 170 ms
// more, most of it reading 150 files and a TypeScript compiler that protoc-gen-es loads and never uses; as a bundle, 60.
// It also leaves users with nothing to install but this package.
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = path.dirname(fileURLToPath(import.meta.url));
const dist = path.join(root, "dist");
const workspace = path.join(root, "../..");

/**
 * protoc-gen-es and protoplugin are each installed with a copy of @bufbuild/protobuf. In the bundle both use the one of
 * protoc-gen-es, as does our module that calls it. The compiler keeps the newer one that it is tested with.
 *
 * @type {import("esbuild").Plugin}
 */
const oneProtobufForTheGenerator = {
  name: "one-protobuf-for-the-generator",
  setup(context) {
    const generator = path.dirname(createRequire(import.meta.url).resolve("@bufbuild/protoc-gen-es/package.json"));
    context.onResolve({ filter: /^@bufbuild\/protobuf(\/|$)/ }, ({ path: specifier, importer, pluginData }) => {
      const isGenerator = /[/\\](built-in|protoc-gen-es|protoplugin)[/\\]/.test(importer);
      if (!isGenerator || pluginData?.isResolved) return undefined;
      const options = { kind: "import-statement", resolveDir: generator, pluginData: { isResolved: true } };
      return context.resolve(specifier, /** @type {any} */ (options));
    });
  },
};

/**
 * protoplugin loads TypeScript for plugins that cannot write JavaScript themselves. protoc-gen-es can, for every target.
 *
 * @type {import("esbuild").Plugin}
 */
const noTypeScript = {
  name: "no-typescript",
  setup(context) {
    context.onResolve({ filter: /^(typescript|@typescript\/vfs)$/ }, ({ path: specifier }) => ({
      path: specifier,
      namespace: "absent",
    }));
    context.onLoad({ filter: /.*/, namespace: "absent" }, () => ({ contents: "export {};" }));
  },
};

const { outputFiles, metafile } = await build({
  absWorkingDir: workspace,
  entryPoints: [path.join(dist, "modules/main.js")],
  outdir: dist,
  chunkNames: "chunks/[name]-[hash]",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20.19",
  write: false,
  metafile: true,
  // What is written as CommonJS requires Node's own modules.
  banner: { js: 'import { createRequire } from "node:module";\nconst require = createRequire(import.meta.url);' },
  legalComments: "none",
  plugins: [oneProtobufForTheGenerator, noTypeScript],
});

mkdirSync(path.join(dist, "chunks"), { recursive: true });
for (const { path: file, contents } of outputFiles) writeIfChanged(file, contents);
chmodSync(path.join(dist, "main.js"), 0o755);
writeIfChanged(path.join(dist, "THIRD_PARTY_NOTICES.txt"), Buffer.from(collectNotices(Object.keys(metafile.inputs))));
const written = new Set(outputFiles.map(({ path: file }) => file));
for (const name of readdirSync(path.join(dist, "chunks"))) {
  const file = path.join(dist, "chunks", name);
  if (!written.has(file)) rmSync(file);
}

/** Somebody may be running the program meanwhile. */
function writeIfChanged(/** @type {string} */ file, /** @type {Uint8Array} */ contents) {
  if (!existsSync(file) || !readFileSync(file).equals(contents)) writeFileSync(file, contents);
}

/** The licences of what is bundled, and every notice at the head of a bundled file. */
function collectNotices(/** @type {string[]} */ inputs) {
  /** @type {Map<string, Set<string>>} */
  const notices = new Map();
  for (const input of inputs) {
    const folder = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];
    if (folder === undefined) continue;
    const { name, license } = JSON.parse(readFileSync(path.join(workspace, folder, "package.json"), "utf8"));
    const title = `${name}, ${license}`;
    const found = notices.get(title) ?? new Set();
    const licenseFile = readdirSync(path.join(workspace, folder)).find((file) => /^licen[cs]e/i.test(file));
    if (licenseFile !== undefined) found.add(readFileSync(path.join(workspace, folder, licenseFile), "utf8").trim());
    found.add(readNotice(path.join(workspace, input)));
    notices.set(title, found);
  }
  const texts = [...notices.keys()]
    .sort((a, b) => (a < b ? -1 : 1))
    .map((title) => [title, ...(notices.get(title) ?? [])].filter((text) => text !== "").join("\n\n"));
  return `This program contains the following packages.\n\n${texts.join("\n\n----\n\n")}\n`;
}

/** The comment at the head of a file, where it speaks of copyright. */
function readNotice(/** @type {string} */ file) {
  const lines = readFileSync(file, "utf8")
    .replace(/^"use strict";\n/, "")
    .split("\n");
  const end = lines.findIndex((line) => !line.startsWith("//"));
  const notice = lines.slice(0, end).map((line) => line.replace(/^\/\/ ?/, ""));
  return notice.some((line) => line.includes("Copyright")) ? notice.join("\n").trim() : "";
}
