import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/**
 * Bundles a module of this folder for browsers. There is nothing to take the place of Node's modules: an import of one is an
 * error.
 *
 * @param name without its ending, as in `page`
 * @throws Error with what cannot be bundled
 */
export async function bundleForBrowser(name: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(`${name}.js`, import.meta.url))],
    bundle: true,
    format: "iife",
    platform: "browser",
    target: "es2023",
    write: false,
    logLevel: "silent",
  });
  const [bundle] = outputFiles;
  if (bundle === undefined) throw new Error("esbuild made nothing");
  return bundle.text;
}
