import { existsSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { workspace } from "../workspace.ts";
import { type Check, resultOf } from "./check.ts";
import { listFiles, type ProjectFile } from "./list-files.ts";

/** A link in Markdown whose target has no scheme. */
const LINK = /\]\((?![a-z]+:)([^)\s]+)\)/g;

/** Whether the documents' links to files and headings of the project lead somewhere. */
export const links: Check = {
  name: "links",
  about: "the documents' links to files and headings lead somewhere",
  async run() {
    const documents = (await listFiles()).filter(({ path }) => path.endsWith(".md"));
    return resultOf(documents.map((document) => findDeadLinks(document, documents)));
  },
};

function findDeadLinks(document: ProjectFile, documents: readonly ProjectFile[]): string[] {
  return [...document.text.matchAll(LINK)].flatMap(([, target = ""]) => {
    const [file = "", heading] = target.split("#");
    const path = file === "" ? document.path : normalize(join(dirname(document.path), file));
    if (!existsSync(join(workspace, path))) return [`${document.path}: there is no ${target}`];
    if (heading === undefined) return [];
    const text = documents.find((other) => other.path === path)?.text ?? "";
    return listAnchors(text).includes(heading) ? [] : [`${document.path}: there is no heading ${target}`];
  });
}

/** The anchors that Markdown viewers make of headings. */
function listAnchors(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-"),
  );
}
