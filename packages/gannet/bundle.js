// Makes dist/bundle, which is what Node loads of the published package: a file for each entry, and chunks that they share,
// of the modules that tsc has put into dist.
//
// Why a bundle: `import "gannet"` reads 190 files as modules, and as many as it needs of `@bufbuild/protobuf`, which makes it
// 3 to 4 times as slow as `import "@grpc/grpc-js"`. Bundlers of others take the modules, by the condition `module`.
//
// Of `@bufbuild/protobuf` the bundle has its own copy of the functions that gannet calls: they know messages and descriptors
// by what is in them, not by who made them, so two copies work together. What does depend on being the only one stays
// outside, and is that of the generated code: the generated files of `services`, with the well-known types that they import,
// and the prototypes of messages (`sharedPrototypes`).
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { writeBundle } from "../bundle-output.js";

const root = path.dirname(fileURLToPath(import.meta.url));
const dist = path.join(root, "dist");
const workspace = path.join(root, "../..");
const protobuf = path.dirname(fileURLToPath(import.meta.resolve("@bufbuild/protobuf")));

/**
 * Modules that only export functions, and are evaluated when one of these is called first: what they import of
 * `@bufbuild/protobuf` builds descriptors as it is evaluated, which takes as long as half of all the rest.
 *
 * @type {Readonly<Record<string, readonly string[]>>}
 */
const LAZY = {
  "codec/json-text.js": ["readJsonText", "writeJsonText"],
  "codec/raw/raw-protos.js": ["rawFileProto", "rawMessageProto", "rawMethodProto", "rawServiceProto"],
};

/** @type {import("esbuild").Plugin} */
const lazyModules = {
  name: "lazy-modules",
  setup(context) {
    context.onResolve({ filter: /\/(json-text|raw-protos)\.js$/ }, ({ path: specifier, resolveDir, kind }) => {
      const name = path.relative(dist, path.join(resolveDir, specifier)).replaceAll(path.sep, "/");
      if (kind !== "import-statement" || !(name in LAZY)) return undefined;
      return { path: name, namespace: "lazy", sideEffects: false };
    });
    context.onLoad({ filter: /.*/, namespace: "lazy" }, ({ path: name }) => ({
      resolveDir: dist,
      contents: (LAZY[name] ?? [])
        .map((each) => `export function ${each}(...args) { return require("./${name}").${each}(...args); }\n`)
        .join(""),
    }));
  },
};

/**
 * Where `@bufbuild/protobuf` has what gannet imports of it: its entries bring along far more, and all of that would be
 * evaluated with the part of it that is lazy. What is missing here is an error when the bundle is made.
 *
 * @type {Readonly<Record<string, readonly string[]>>}
 */
const INSIDE = {
  "@bufbuild/protobuf": ["create.js", "descriptors.js", "from-binary.js", "is-message.js", "to-binary.js"],
  "@bufbuild/protobuf/wire": ["wire/binary-encoding.js"],
  "@bufbuild/protobuf/wkt": ["wkt/wrappers.js"],
  "@bufbuild/protobuf in codec/json-text.js": ["from-json.js", "to-json.js"],
  "@bufbuild/protobuf/wkt in codec/raw/raw-protos.js": ["wkt/google/protobuf/descriptor_pb.js"],
  "wkt/index.js": ["wkt/any.js", "wkt/json.js", "wkt/google/protobuf/struct_pb.js", "wkt/wrappers.js"],
};

/** @type {import("esbuild").Plugin} */
const protobufInside = {
  name: "protobuf-inside",
  setup(context) {
    context.onResolve({ filter: /^@bufbuild\/protobuf(\/|$)/ }, ({ path: specifier, importer }) => {
      const name = path.relative(dist, importer).replaceAll(path.sep, "/");
      // Generated files, and what handles descriptors of files, use the one that is installed.
      if (name.startsWith("services/")) return { path: specifier, external: true };
      const key = [`${specifier} in ${name}`, specifier].find((each) => each in INSIDE);
      return key === undefined ? undefined : { path: key, namespace: "protobuf", sideEffects: false };
    });
    context.onResolve({ filter: /^\.\/wkt\/index\.js$/ }, ({ resolveDir }) =>
      resolveDir === protobuf ? { path: "wkt/index.js", namespace: "protobuf", sideEffects: false } : undefined,
    );
    context.onLoad({ filter: /.*/, namespace: "protobuf" }, ({ path: key }) => ({
      resolveDir: protobuf,
      contents: (INSIDE[key] ?? []).map((file) => `export * from "./${file}";\n`).join(""),
    }));
  },
};

/**
 * Messages of proto2 and editions have their defaults on a prototype, that `create` makes once for each type. They have to
 * have the one that a user's own `create` gives: `assert.deepEqual` compares prototypes. `reflect` is the smallest entry of
 * `@bufbuild/protobuf` that tells.
 *
 * @type {import("esbuild").Plugin}
 */
const sharedPrototypes = {
  name: "shared-prototypes",
  setup(context) {
    const outside = "@bufbuild/protobuf/reflect";
    context.onResolve({ filter: /^@bufbuild\/protobuf\/reflect$/ }, () => ({ path: outside, external: true }));
    context.onLoad({ filter: /[/\\]@bufbuild[/\\]protobuf[/\\]dist[/\\]esm[/\\]create\.js$/ }, ({ path: file }) => {
      const own = "const prototype = {};";
      const [before, after, ...rest] = readFileSync(file, "utf8").split(own);
      if (before === undefined || after === undefined || rest.length > 0)
        throw new Error(`${file} makes prototypes in another way than "${own}": see sharedPrototypes in bundle.js`);
      const shared = "const prototype = usePrototypeOf(desc);";
      const read = "const usePrototypeOf = (desc) => Object.getPrototypeOf(reflect(desc).message);";
      return { contents: `import { reflect } from "${outside}";\n${read}\n${before}${shared}${after}`, loader: "js" };
    });
  },
};

const { exports } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));

/** The folders of the layers but `services`. What one shows to others is what its index exports. */
const layers = readdirSync(dist, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !["bundle", "services"].includes(entry.name))
  .map(({ name }) => name);

/**
 * The entries import all layers from one file.
 *
 * @type {import("esbuild").Plugin}
 */
const layersInRuntime = {
  name: "layers-in-runtime",
  setup(context) {
    const doors = new Set(layers.map((name) => path.join(dist, name, "index.js")));
    context.onResolve({ filter: /\/index\.js$/ }, ({ path: specifier, resolveDir }) =>
      doors.has(path.join(resolveDir, specifier)) ? { path: "./runtime.js", external: true } : undefined,
    );
  },
};

/** @satisfies {import("esbuild").BuildOptions} */
const shared = {
  absWorkingDir: workspace,
  outdir: path.join(dist, "bundle"),
  bundle: true,
  format: /** @type {const} */ ("esm"),
  platform: /** @type {const} */ ("node"),
  target: "node20.19",
  write: /** @type {const} */ (false),
  metafile: /** @type {const} */ (true),
  sourcemap: /** @type {const} */ ("linked"),
  legalComments: /** @type {const} */ ("none"),
};

const runtime = await build({
  ...shared,
  stdin: {
    contents: layers.map((name) => `export * from "./${name}/index.js";\n`).join(""),
    resolveDir: dist,
    sourcefile: "runtime.js",
  },
  entryNames: "runtime",
  plugins: [sharedPrototypes, lazyModules, protobufInside],
});
const entries = await build({
  ...shared,
  entryPoints: Object.values(exports).map((entry) => path.join(root, entry.module)),
  chunkNames: "chunks/[name]-[hash]",
  splitting: true,
  plugins: [layersInRuntime, protobufInside],
});
writeBundle([runtime, entries], {
  workspace,
  chunks: path.join(dist, "bundle/chunks"),
  notices: path.join(dist, "bundle/THIRD_PARTY_NOTICES.txt"),
  title: "The files in this folder contain the following packages.",
});
