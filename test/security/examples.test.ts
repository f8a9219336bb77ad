/** The examples of authentication and authorization, run as their README says. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { workspace } from "../interop/folders.ts";
import { RunningProgram } from "../interop/program/running-program.ts";

const PATIENCE_MS = 20_000;

function start(t: TestContext, name: string, env: Readonly<Record<string, string>>): RunningProgram {
  const file = join(workspace, "examples/dist", `${name}.js`);
  const program = new RunningProgram({ file: process.execPath, args: ["--enable-source-maps", file], env });
  t.after(() => program.stop());
  return program;
}

async function portOf(program: RunningProgram): Promise<string> {
  return (await program.waitFor(/listening on port (\d+)/, PATIENCE_MS))[1] ?? "";
}

async function linesOf(
  t: TestContext,
  name: string,
  env: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  const program = start(t, name, env);
  const code = await program.waitForEnd(PATIENCE_MS);
  assert.deepEqual([code, program.stderr], [0, ""], `${name}: ${program.stdout}`);
  return program.lines;
}

function createFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "gannet-example-"));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

test("auth-jwt: a call with a token of the client's own is answered, one without is not", async (t) => {
  const AUTH_FOLDER = createFolder(t);
  await linesOf(t, "auth-jwt/issuer", { AUTH_FOLDER });
  const server = start(t, "auth-jwt/server", { AUTH_FOLDER, AUTH_ADDRESS: "localhost:0" });
  const lines = await linesOf(t, "auth-jwt/client", { AUTH_FOLDER, AUTH_PORT: await portOf(server) });
  assert.deepEqual(lines, [
    "reporting has 150 cents",
    "UNAUTHENTICATED: the call needs one `authorization: Bearer …`",
    "UNAUTHENTICATED: the token is not valid: JWS Protected Header is invalid",
  ]);
});

for (const [seconds, tokens] of [
  ["3600", 1],
  // Shorter than the margin that the client leaves: over as soon as it has come.
  ["1", 3],
] as const) {
  test(`auth-oauth2: nine calls in three rounds need ${tokens} of the tokens that live ${seconds} s`, async (t) => {
    const issuer = start(t, "auth-oauth2/issuer", { ISSUER_ADDRESS: "127.0.0.1:0", TOKEN_SECONDS: seconds });
    const ISSUER = `http://127.0.0.1:${await portOf(issuer)}`;
    const server = start(t, "auth-oauth2/server", { ISSUER, AUTH_ADDRESS: "127.0.0.1:0" });
    const AUTH_TARGET = `http://127.0.0.1:${await portOf(server)}`;
    const rounds = [1, 2, 3].map((round) => `round ${round}: reporting,reporting,reporting`);
    const refused = "UNAUTHENTICATED: no credentials for the call: the token endpoint refused: invalid_client";
    assert.deepEqual(await linesOf(t, "auth-oauth2/client", { ISSUER, AUTH_TARGET }), [...rounds, refused]);
    assert.deepEqual(
      issuer.lines.filter((line) => line.startsWith("token")),
      Array.from({ length: tokens }, (_, index) => `token ${index + 1}`),
    );
  });
}

test("authorization: each role may call what its rule says", async (t) => {
  const AUTH_FOLDER = createFolder(t);
  await linesOf(t, "authorization/issuer", { AUTH_FOLDER });
  const server = start(t, "authorization/server", { AUTH_FOLDER, AUTH_ADDRESS: "localhost:0" });
  const lines = await linesOf(t, "authorization/client", { AUTH_FOLDER, AUTH_PORT: await portOf(server) });
  assert.deepEqual(lines, [
    "teller: 100 cents",
    "teller: 100 cents",
    "PERMISSION_DENIED: /example.ledger.v1.Ledger/Deposit is not for auditor",
    "auditor: 100 cents",
    "PERMISSION_DENIED: /example.ledger.v1.Ledger/Deposit is not for visitor",
    "PERMISSION_DENIED: /example.ledger.v1.Ledger/GetBalance is not for visitor",
  ]);
});
