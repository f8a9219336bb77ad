/** The table of limits: all that there are, with the defaults that they have, and a test that goes beyond each. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { workspace } from "../interop/folders.ts";
import { optionsOf, ownerOf, readApi, readDefaults } from "./option-source.ts";

/** Types whose options are limits, by what stands before them in the table, and which of them are. */
const TYPES: readonly (readonly [type: string, before: string, isLimit: RegExp])[] = [
  ["ServerOptions", "", /^max|TimeoutMs$/],
  ["ChannelOptions", "", /^max|ConnectTimeoutMs$/],
  ["ConnectionLimits", "http2.", /./],
  ["KeepaliveOptions", "keepalive.", /Ms$/],
  ["ListenTlsOptions", "tls.", /TimeoutMs$/],
];
const ROW = /^\| ([^|]+) \| (fixed|`([\w.]+)`) \| ([^|]+) \| ([^|]+) \| \[([^\]]+)\]\(([^)]+)\) \|$/;

const rows = readFileSync(join(workspace, "docs/limits.md"), "utf8")
  .split("\n")
  .filter((line) => line.startsWith("| ") && !line.startsWith("| limit"))
  .map((line) => {
    const [, limit = "", , option, value = "", , name = "", path = ""] = ROW.exec(line) ?? assert.fail(line);
    return { limit, option, value, name, path };
  });

test("has each limit that is an option, once, and no others", () => {
  const api = readApi("gannet");
  const existing = TYPES.flatMap(([type, before, isLimit]) => {
    const names = optionsOf(api, type).filter((name) => isLimit.test(name));
    assert.ok(names.length > 0, type);
    return names.map((name) => `${before}${name}`);
  });
  const documented = rows.flatMap(({ option }) => option ?? []);
  assert.deepEqual(documented.sort(), [...new Set(existing)].sort());
});

test("has the defaults that the source has", () => {
  const [api, defaults] = [readApi("gannet"), readDefaults()];
  let compared = 0;
  for (const { option, value } of rows) {
    if (option === undefined) continue;
    const [name = "", before = ""] = option.split(".").reverse();
    const type = TYPES.find(
      ([one, prefix]) => prefix === (before && `${before}.`) && optionsOf(api, one).includes(name),
    );
    const expected = defaults.get(`${ownerOf(api, type?.[0] ?? "", name)}.${name}`);
    if (expected === undefined) assert.equal(value, "no limit", option);
    else assert.equal(Number(value.replaceAll(",", "")), expected, option);
    compared++;
  }
  assert.ok(compared >= 30, `${compared} were compared`);
});

test("names for each limit a test that goes beyond it", () => {
  for (const { limit, name, path } of rows) {
    const text = readFileSync(join(workspace, "docs", path), "utf8");
    assert.match(path, /\.test\.ts$/, limit);
    assert.ok(text.includes(name), `${limit}: ${path} has no test named ${name}`);
  }
});
