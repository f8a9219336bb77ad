import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { workspace } from "../interop/folders.ts";
import { optionsOf, ownerOf, readApi, readDefaults } from "./option-source.ts";

/** Where the options of a type have their rows: the heading, the type, its entry, its page. */
const TABLES: readonly (readonly [heading: string, type: string, entry?: string, page?: string])[] = [
  ["`createServer", "ServerOptions"],
  ["`keepalive`", "KeepaliveOptions"],
  ["Channels: `keepalive`", "ChannelKeepaliveOptions"],
  ["`server.add", "ServiceOptions"],
  ["`server.listen", "ListenOptions"],
  ["`createChannel", "ChannelOptions"],
  ["`backoff`", "BackoffOptions"],
  ["`dns`", "DnsOptions"],
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
  RingHashOptions: "load-balancing.md",
};
/** Others: parts of types above, and what the library alone makes. */
const PARTS: readonly string[] = ["MessageOptions", "LifetimeOptions", "DecodeErrorOptions"];

test("the guide has a row for each option that there is, and no others", () => {
  for (const [heading, type, entry = "gannet", page = "options.md"] of TABLES) {
    const section = readSection(page, heading);
    const rows = [...section.matchAll(/^\| ((?:`\w+`(?:, )?)+) \|/gm)].map(([, names = ""]) => names);
    const documented = rows.flatMap((names) => names.match(/\w+/g) ?? []);
    const existing = optionsOf(readApi(entry), type);
    assert.ok(existing.length >= 1, type);
    assert.deepEqual(documented.sort(), existing.sort(), type);
  }
});

test("the guide has the defaults that the source has, where they are numbers", () => {
  const defaults = readDefaults();
  let compared = 0;
  for (const [heading, type, entry = "gannet", page = "options.md"] of TABLES) {
    const section = readSection(page, heading);
    for (const [, name = "", shown = ""] of section.matchAll(/^\| `(\w+)` \| ([\d,.]+)(?= |,)/gm)) {
      const owner = ownerOf(readApi(entry), type, name);
      assert.equal(Number(shown.replaceAll(",", "")), defaults.get(`${owner}.${name}`), `${type}.${name}`);
      compared++;
    }
  }
  assert.ok(compared >= 30, `${compared} were compared`);
});

test("the guide explains each option that has no row", () => {
  for (const [type, page] of Object.entries(EXPLAINED)) {
    const api =
      ["gannet", "gannet-balancer", "gannet-testing"]
        .map(readApi)
        .find((text) => text.includes(`interface ${type} `)) ?? "";
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

function readSection(page: string, heading: string): string {
  const sections = readPage(page).split(/^## /m);
  return sections.find((one) => one.startsWith(heading)) ?? "";
}

function readPage(name: string): string {
  return readFileSync(join(workspace, "docs", name), "utf8");
}
