// Makes the program that is published, dist/main.js and dist/chunks/, of what tsc has put into dist/modules.
//
// Why a bundle: `gannet protoc` on one file must cost little more than starting Node. As modules on disk it costs 170 ms
// more, most of it reading 150 files and a TypeScript compiler that protoc-gen-es loads and never uses; as a bundle, 60.
// It also leaves users with nothing to install but this package.
import { chmodSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { writeBundle } from "../bundle-output.js";

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
    // protoc-gen-es is CommonJS here, so that our module is given the protoplugin that is there already.
    context.onResolve({ filter: /^@bufbuild\/protoplugin$/ }, ({ path: specifier, kind }) => {
      if (kind !== "import-statement") return undefined;
      const options = { kind: "require-call", resolveDir: root };
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

const built = await build({
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

writeBundle([built], {
  workspace,
  chunks: path.join(dist, "chunks"),
  notices: path.join(dist, "THIRD_PARTY_NOTICES.txt"),
  title: "This program contains the following packages.",
});
chmodSync(path.join(dist, "main.js"), 0o755);
