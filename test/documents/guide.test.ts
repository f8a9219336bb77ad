import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { workspace } from "../interop/folders.ts";
import { readSteps, type Step } from "./read-steps.ts";
import { describeStep, Reader } from "./reader.ts";

const DOCS = join(workspace, "docs");
/** What the README has its reader install, and what the guide adds. */
const INSTALLED = ["gannet", "@gannet/cli", "@bufbuild/protobuf", "typescript", "@types/node"];
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

/** Where the options of a type have their rows: the heading, the type, its entry, its page. */
const TABLES: readonly (readonly [heading: string, type: string, entry?: string, page?: string])[] = [
  ["`createServer", "ServerOptions"],
  ["`keepalive`", "KeepaliveOptions"],
  ["`server.add", "ServiceOptions"],
  ["`server.listen", "ListenOptions"],
  ["`createChannel", "ChannelOptions"],
  ["`backoff`", "BackoffOptions"],
  ["`createClient", "ClientOptions"],
  ["Calls", "CallOptions"],
  ["`send", "SendOptions"],
  ["`new GrpcError", "GrpcErrorOptions"],
  ["`addReflection", "ReflectionOptions", "gannet-reflection"],
  ["`addChannelz", "ChannelzOptions", "gannet-channelz"],
  ["`addOrca", "OrcaOptions", "gannet-orca"],
  ["`createCodec", "CodecOptions", "gannet-codec"],
  ["`http2`", "ConnectionLimits"],
  ["Calls that fail", "CallFault", "gannet-testing", "testing.md"],
  ["A network that fails", "NetworkFaults", "gannet-testing", "testing.md"],
];
/** Types whose options are explained in the text of a page. */
const EXPLAINED: Readonly<Record<string, string>> = {
  TlsOptions: "security.md",
  ListenTlsOptions: "security.md",
  CertificateFilesOptions: "security.md",
  CallCredentialsOptions: "security.md",
  SignalOptions: "graceful-shutdown.md",
  FaultOptions: "testing.md",
  NetworkOptions: "testing.md",
  TestCertificateOptions: "testing.md",
};
/** Others: parts of types above, and what the library alone makes. */
const PARTS: readonly string[] = ["MessageOptions", "LifetimeOptions", "DecodeErrorOptions"];

test("the guide has a row for each option that there is, and no others", () => {
  for (const [heading, type, entry = "gannet", page = "options.md"] of TABLES) {
    const sections = readPage(page).split(/^## /m);
    const section = sections.find((one) => one.startsWith(heading)) ?? "";
    const rows = [...section.matchAll(/^\| ((?:`\w+`(?:, )?)+) \|/gm)].map(([, names = ""]) => names);
    const documented = rows.flatMap((names) => names.match(/\w+/g) ?? []);
    const existing = optionsOf(readApi(entry), type);
    assert.ok(existing.length >= 1, type);
    assert.deepEqual(documented.sort(), existing.sort(), type);
  }
});

test("the guide explains each option that has no row", () => {
  for (const [type, page] of Object.entries(EXPLAINED)) {
    const api = ["gannet", "gannet-testing"].map(readApi).find((text) => text.includes(`interface ${type} `)) ?? "";
    const existing = optionsOf(api, type);
    assert.ok(existing.length >= 1, type);
    const text = readPage(page);
    for (const name of existing)
      assert.match(text, new RegExp(`\\b${name}\\b`), `${page} says nothing of ${type}.${name}`);
  }
});

test("there are no options beside those that the guide has", () => {
  const known = new Set([...TABLES.map(([, type]) => type), ...Object.keys(EXPLAINED), ...PARTS]);
  const entries = readdirSync(join(workspace, "api")).filter((file) => /^gannet\b.*\.d\.ts$/.test(file));
  const found = entries.flatMap((file) => {
    const api = readApi(file.slice(0, -".d.ts".length));
    return [...api.matchAll(/interface (\w+(?:Options|Limits|Faults?))\b/g)].map(([, type = ""]) => type);
  });
  assert.ok(found.length > known.size);
  assert.deepEqual(
    [...new Set(found)].filter((type) => !known.has(type)),
    [],
    "types without a table in the guide",
  );
});

function readApi(entry: string): string {
  return readFileSync(join(workspace, `api/${entry}.d.ts`), "utf8");
}

/** The options of an interface, and of those that it extends. */
function optionsOf(api: string, type: string): string[] {
  const declaration = new RegExp(`interface ${type}(?: extends ([\\w, ]+))? \\{\\n([\\s\\S]*?)^\\}`, "m").exec(api);
  const [, bases = "", body = ""] = declaration ?? [];
  const own = [...body.matchAll(/^ {4}readonly (\w+)\??:/gm)].map(([, name = ""]) => name);
  return [...bases.matchAll(/\w+/g)].flatMap(([base]) => optionsOf(api, base)).concat(own);
}

function readPage(name: string): string {
  return readFileSync(join(DOCS, name), "utf8");
}
