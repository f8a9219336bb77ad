import assert from "node:assert/strict";
import { copyFileSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { workspace } from "../interop/folders.ts";
import { createIdentityFiles } from "../interop/program/identity-files.ts";
import { readSteps } from "./read-steps.ts";
import { describeStep, Reader } from "./reader.ts";

const DOCS = join(workspace, "docs");
/** What the README has its reader install, and what the guide adds. */
const INSTALLED = ["gannet", "@gannet/cli", "@bufbuild/protobuf", "typescript", "@types/node"];

let reader: Reader;

before(async () => {
  reader = await Reader.create(INSTALLED);
  const identity = await createIdentityFiles();
  copyFileSync(identity.cert, join(reader.project, "server.crt"));
  copyFileSync(identity.key, join(reader.project, "server.key"));
  identity.remove();
});

after(() => reader.remove());

test("each step of the guide does what the guide says, page after page", async (t) => {
  const contents = readPage("README.md");
  const pages = [...contents.matchAll(/\]\(([\w-]+\.md)\)/g)].map(([, page = ""]) => page);
  const existing = readdirSync(DOCS).filter((file) => file.endsWith(".md") && file !== "README.md");
  assert.deepEqual(pages.toSorted(), existing.sort(), "the contents list each page once");
  for (const page of pages) {
    await t.test(page, async (onPage) => {
      for (const step of readSteps(readPage(page))) {
        await onPage.test(describeStep(step), () => reader.follow(step));
      }
    });
  }
});

test("the guide has a row for each option that there is, and no others", () => {
  const sections = readPage("options.md").split(/^## /m);
  for (const [heading, type, entry = "gannet"] of [
    ["`createServer", "ServerOptions"],
    ["`keepalive`", "KeepaliveOptions"],
    ["`server.add", "ServiceOptions"],
    ["`createChannel", "ChannelOptions"],
    ["`createClient", "ClientOptions"],
    ["Calls", "CallOptions"],
    ["`addReflection", "ReflectionOptions", "gannet-reflection"],
    ["`addChannelz", "ChannelzOptions", "gannet-channelz"],
    ["`addOrca", "OrcaOptions", "gannet-orca"],
    ["`http2`", "ConnectionLimits"],
  ] as const) {
    const section = sections.find((one) => one.startsWith(heading)) ?? "";
    const api = readFileSync(join(workspace, `api/${entry}.d.ts`), "utf8");
    const documented = [...section.matchAll(/^\| `(\w+)/gm)].map(([, name = ""]) => name);
    const existing = optionsOf(api, type);
    assert.ok(existing.length >= 1, type);
    assert.deepEqual(documented.sort(), existing.sort(), type);
  }
});

/** The options of an interface, and of those that it extends. */
function optionsOf(api: string, type: string): string[] {
  const declaration = new RegExp(`interface ${type}(?: extends ([\\w, ]+))? \\{\\n([\\s\\S]*?)^\\}`, "m").exec(api);
  const [, bases = "", body = ""] = declaration ?? [];
  const own = [...body.matchAll(/^ {4}readonly (\w+)\?/gm)].map(([, name = ""]) => name);
  return [...bases.matchAll(/\w+/g)].flatMap(([base]) => optionsOf(api, base)).concat(own);
}

function readPage(name: string): string {
  return readFileSync(join(DOCS, name), "utf8");
}
