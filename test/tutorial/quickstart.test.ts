import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { workspace } from "../interop/folders.ts";

test("the quickstart compiles, calls, streams each way and ends well", async () => {
  const script = join(workspace, "scripts/dist/quickstart.js");
  // Rejects with what was printed where the exit code is another than 0.
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [script], {
    env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: "0" },
  });
  assert.equal(stderr, "");
  for (const line of [
    "export const grpc_test: GenService<{",
    "hint: did you mean `int32` or `int64`?",
    "client │ my name is yanilo, i am 18 years old",
    "client │ ok",
    "client │ send yanilo,index:5",
    "client │ DEADLINE_EXCEEDED",
    "All of it worked",
  ]) {
    assert.ok(stdout.includes(line), `${line}\nis not in\n${stdout}`);
  }
});
