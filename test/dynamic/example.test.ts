/** examples/dynamic with the tutorial's programs, which have generated code, at the other end. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, test } from "node:test";
import { workspace } from "../interop/folders.ts";
import { findFreePort } from "../interop/program/ports.ts";
import { RunningProgram, runToEnd } from "../interop/program/running-program.ts";

const START_MS = 30_000;
const SERVICE = ["grpc_test", "Hello_grpc"];

function program(path: string, args: readonly string[], env: Readonly<Record<string, string>>) {
  return { file: process.execPath, args: [join(workspace, "examples/dist", path), ...args], env };
}

/** What a client prints against a server of the examples. */
async function call(server: string, client: string, args: readonly string[] = [], env = {}): Promise<unknown> {
  const address = `127.0.0.1:${await findFreePort()}`;
  const addresses = { DYNAMIC_ADDRESS: address, TUTORIAL_ADDRESS: address, ...env };
  const running = new RunningProgram(program(server, [], addresses));
  try {
    await running.waitFor(/listening/, START_MS);
    const { code, stdout, stderr } = await runToEnd(program(client, args, addresses), START_MS);
    return { code, stdout, stderr };
  } finally {
    await running.stop();
  }
}

describe("the example without generated code", () => {
  test("calls a server that has some", async () => {
    assert.deepEqual(await call("tutorial/hello/server.js", "dynamic/client.js"), {
      code: 0,
      stdout: '{\n  "result": "my name is yanilo, i am 18 years old"\n}\n',
      stderr: "",
    });
    const args = [...SERVICE, '{ "name": "ada" }'];
    const { stdout } = (await call("tutorial/hello/server.js", "dynamic/client.js", args)) as { stdout: string };
    assert.match(stdout, /my name is ada, i am 0 years old/);
  });

  test("answers a client that has some", async () => {
    assert.deepEqual(await call("dynamic/server.js", "tutorial/hello/client.js"), {
      code: 0,
      stdout: "hello from JSON\n",
      stderr: "",
    });
  });

  test("meets itself, with replies from elsewhere", async () => {
    const env = { DYNAMIC_REPLIES: '{ "Hello_grpc": { "result": "é" } }' };
    assert.deepEqual(await call("dynamic/server.js", "dynamic/client.js", [], env), {
      code: 0,
      stdout: '{\n  "result": "é"\n}\n',
      stderr: "",
    });
  });
});
