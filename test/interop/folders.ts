import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder that holds the workspace. This file is built to test/dist/interop. */
export const workspace: string = fileURLToPath(new URL("../../..", import.meta.url));

/** Sources of this folder: Python programs and .proto files are used where they stand. */
export const interopSources: string = join(workspace, "test/interop");

/** Built programs of this folder. */
export const interopPrograms: string = join(workspace, "test/dist/interop");

/** What is downloaded or generated once, and found again by later runs. */
export const cache: string = join(workspace, "node_modules/.cache/gannet-interop");
