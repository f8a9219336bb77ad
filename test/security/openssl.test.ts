/** What OpenSSL's own client sees of a server: versions, ciphers, ALPN, client certificates, renegotiation. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { createServer, type GrpcEvent, type Server } from "gannet";
import { createCertificate } from "gannet/testing";

const version = spawnSync("openssl", ["version"], { encoding: "utf8" });
const skip = version.status === 0 ? false : "there is no openssl here";

const ca = createCertificate(["the CA"]);
const identity = createCertificate(["localhost"], { signedBy: ca });
const client = createCertificate(["orders"], { signedBy: ca });

describe("a server, seen by openssl s_client", { skip }, () => {
  const folder = mkdtempSync(join(tmpdir(), "gannet-openssl-"));
  const events: GrpcEvent[] = [];
  let server: Server;
  let open = 0;
  let mutual = 0;

  before(async () => {
    for (const [name, text] of Object.entries({ ca: ca.cert, cert: client.cert, key: client.key })) {
      writeFileSync(join(folder, name), text);
    }
    server = createServer({ onEvent: (event) => events.push(event) });
    open = (await server.listen("127.0.0.1:0", { tls: identity })).port;
    const tls = { ...identity, ca: ca.cert, clientCertificates: "require" } as const;
    mutual = (await server.listen("127.0.0.1:0", { tls })).port;
  });
  after(async () => {
    await server.shutdown({ graceMs: 0 });
    rmSync(folder, { recursive: true });
  });

  /** Runs s_client to its end, which is that of what it is told, and gives what it says. */
  async function connect(port: number, args: readonly string[], input = ""): Promise<string> {
    const all = ["s_client", "-connect", `127.0.0.1:${port}`, "-CAfile", join(folder, "ca"), ...args];
    const program = spawn("openssl", all, { stdio: ["pipe", "pipe", "pipe"] });
    let said = "";
    const onText = (chunk: Buffer) => {
      said += chunk.toString("latin1");
    };
    program.stdout.on("data", onText);
    program.stderr.on("data", onText);
    program.stdin.on("error", () => {}).end(input);
    await new Promise((resolve) => program.once("close", resolve));
    return said;
  }

  test("it speaks TLS 1.3 and 1.2 with h2, and its certificate holds", async () => {
    for (const [flag, protocol] of [
      ["-tls1_3", "TLSv1.3"],
      ["-tls1_2", "TLSv1.2"],
    ] as const) {
      const said = await connect(open, [
        flag,
        "-alpn",
        "h2",
        "-servername",
        "localhost",
        "-verify_hostname",
        "localhost",
      ]);
      assert.match(
        said,
        new RegExp(`New, ${protocol.replace(".", "\\.")}, Cipher is (?:TLS_AES_256_GCM_SHA384|ECDHE-ECDSA-AES)`),
      );
      assert.match(said, /ALPN protocol: h2/);
      assert.match(said, /Verification: OK/);
    }
  });

  test("it speaks nothing older, and none of the ciphers that HTTP/2 forbids", async () => {
    for (const flag of ["-tls1_1", "-tls1"]) {
      const said = await connect(open, [flag, "-alpn", "h2", "-cipher", "DEFAULT:@SECLEVEL=0"]);
      assert.match(said, /Cipher is \(NONE\)/);
      assert.match(said, /alert protocol version/);
    }
    for (const cipher of ["ECDHE-ECDSA-AES128-SHA256", "ECDHE-ECDSA-AES256-SHA", "AES128-GCM-SHA256"]) {
      const said = await connect(open, ["-tls1_2", "-alpn", "h2", "-cipher", cipher]);
      assert.match(said, /alert handshake failure/, cipher);
    }
  });

  test("it speaks with nobody who does not offer h2", async () => {
    const foreign = await connect(open, ["-alpn", "http/1.1"]);
    assert.match(foreign, /alert no application protocol/);
    events.length = 0;
    await connect(open, []);
    assert.match(messages(), /did not offer HTTP\/2 in ALPN/);
  });

  test("it does not renegotiate", async () => {
    // `R` at the start of a line asks for it.
    const said = await connect(open, ["-tls1_2", "-alpn", "h2"], "R\n");
    assert.match(said, /RENEGOTIATING/);
    assert.match(said, /no renegotiation/);
  });

  test("it wants a client's certificate where it says so, and names the CA", async () => {
    events.length = 0;
    const without = await connect(mutual, ["-alpn", "h2", "-tls1_2"]);
    assert.match(without, /Acceptable client certificate CA names\s+CN = the CA/);
    assert.match(without, /alert handshake failure/);
    assert.match(messages(), /the client has no certificate/);
    const own = ["-cert", join(folder, "cert"), "-key", join(folder, "key")];
    const said = await connect(mutual, ["-alpn", "h2", "-tls1_2", ...own]);
    assert.match(said, /Cipher is ECDHE/);
    assert.match(said, /ALPN protocol: h2/);
    assert.doesNotMatch(said, /alert/);
  });

  function messages(): string {
    return events.map(({ fields }) => String(fields["message"])).join("\n");
  }
});
