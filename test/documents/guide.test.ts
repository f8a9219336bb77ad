import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { workspace } from "../interop/folders.ts";
import { readSteps, type Step } from "./read-steps.ts";
import { describeStep, Reader } from "./reader.ts";

const DOCS = join(workspace, "docs");
/** What the README has its reader install, and what the guide adds. */
const INSTALLED = ["gannet", "@gannet/cli", "@gannet/compiler", "@bufbuild/protobuf", "typescript", "@types/node"];
/** Pages with programs for other libraries, and what the compiler prints, which has a test of its own. */
const OTHERS = /^(?:from-.*|diagnostics)\.md$/;

let reader: Reader;

before(async () => {
  reader = await Reader.create(INSTALLED);
});

after(() => reader.remove());

test("each step of the guide does what the guide says, page after page", async (t) => {
  const contents = readPage("README.md");
  const pages = [...contents.matchAll(/\]\(([\w-]+\.md)\)/g)].map(([, page = ""]) => page);
  const existing = readdirSync(DOCS).filter((file) => file.endsWith(".md") && file !== "README.md");
  assert.deepEqual(pages.toSorted(), existing.sort(), "the contents list each page once");
  for (const page of pages) {
    await t.test(page, async (onPage) => {
      for (const step of programsFirst(readSteps(readPage(page)))) {
        await onPage.test(describeStep(step), () => reader.follow(step));
      }
    });
  }
});

test("each block of code of the guide is followed, but for what others' programs look like", () => {
  for (const page of readdirSync(DOCS).filter((file) => file.endsWith(".md") && !OTHERS.test(file))) {
    const blocks = readPage(page).match(/^.*\n```\w+$/gm) ?? [];
    assert.deepEqual(
      blocks.filter((block) => !block.startsWith("<!-- ")),
      [],
      page,
    );
  }
});

/** A page's programs before what it does with them, so that its first compilation is its last. */
function programsFirst(steps: readonly Step[]): Step[] {
  const programs = steps.filter((step) => step.kind === "file").filter(({ path }) => path.endsWith(".ts"));
  assert.equal(new Set(programs.map(({ path }) => path)).size, programs.length, "a page writes a program once");
  return [...programs, ...steps.filter((step) => step.kind !== "file" || !programs.includes(step))];
}

function readPage(name: string): string {
  return readFileSync(join(DOCS, name), "utf8");
}
