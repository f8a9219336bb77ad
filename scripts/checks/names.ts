import { type Check, resultOf } from "./check.ts";
import { listFiles } from "./list-files.ts";

/** Names that say nothing of what is inside. */
const EMPTY_NAMES = ["common", "helper", "helpers", "impl", "manager", "misc", "types", "util", "utils"];

/** Where our own code is. */
const CODE = /^(?:packages\/[^/]+\/src|scripts|test|bench)\/(.+)\.tsx?$/;

/** Whether files and folders of code are named in kebab-case after what they hold. */
export const names: Check = {
  name: "names",
  about: "files and folders are named after what they hold",
  async run() {
    const files = await listFiles();
    return resultOf(files.flatMap(({ path }) => (CODE.test(path) ? [findBadNames(path)] : [])));
  },
};

/** What is wrong with the name of a file of code, and of the folders around it. */
export function findBadNames(path: string): string[] {
  const words = (CODE.exec(path)?.[1] ?? "").replace(/\.test$/, "").split("/");
  return words.flatMap((word) => {
    if (EMPTY_NAMES.includes(word)) return [`${path}: "${word}" says nothing of what is inside`];
    // Generated code keeps the names of its generator.
    if (word.endsWith("_pb")) return [];
    return /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(word) ? [] : [`${path}: "${word}" is not kebab-case`];
  });
}
