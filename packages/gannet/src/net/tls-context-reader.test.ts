import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { createCertificate, type TestCertificate } from "../testing/index.ts";
import { certificateFiles } from "./certificate-files.ts";
import { type IdentityListener, TlsContextReader } from "./tls-context-reader.ts";
import type { TlsIdentity } from "./tls-identity.ts";

const one = createCertificate(["one"]);
const two = createCertificate(["two"]);

class Told implements IdentityListener {
  readonly changes: (string | undefined)[] = [];
  readonly refusals: string[] = [];

  onIdentityChanged(_source: string, subject: string | undefined): void {
    this.changes.push(subject);
  }

  onIdentityRefused(source: string, message: string): void {
    this.refusals.push(`${source}: ${message}`);
  }
}

async function subjectNow(reader: TlsContextReader): Promise<string | undefined> {
  return (await reader.current()).subject;
}

test("a source is asked each time, and what is the same is read once", async () => {
  let identity: TlsIdentity = one;
  const told = new Told();
  const reader = new TlsContextReader(() => ({ ...identity }), told);
  const first = await reader.current();
  assert.equal(await reader.current(), first);
  identity = two;
  assert.equal(await subjectNow(reader), "CN=two");
  assert.deepEqual(told.changes, ["CN=two"]);
});

test("what a source gives and cannot be used leaves the identity as it was, and is told once", async () => {
  const given: (TlsIdentity | Error)[] = [
    one,
    { cert: two.cert, key: one.key },
    { cert: two.cert, key: one.key },
    new Error("no answer"),
    new Error("no answer"),
    two,
  ];
  const told = new Told();
  const reader = new TlsContextReader(
    {
      name: "vault",
      async current() {
        const next = given.shift() ?? two;
        if (next instanceof Error) throw next;
        return next;
      },
    },
    told,
  );
  const subjects: (string | undefined)[] = [];
  while (given.length > 0) subjects.push(await subjectNow(reader));
  assert.deepEqual(subjects, ["CN=one", "CN=one", "CN=one", "CN=one", "CN=one", "CN=two"]);
  assert.match(told.refusals[0] ?? "", /^vault: tls: cert and key do not belong together/);
  assert.deepEqual(told.refusals.slice(1), ["vault: no answer"]);
});

test("without an identity to fall back to, a source that fails is the failure", async () => {
  const failing = new TlsContextReader({ name: "vault", current: () => Promise.reject(new Error("sealed")) });
  await assert.rejects(async () => failing.current(), { message: "tls: vault: sealed" });
  const nothing = new TlsContextReader(() => undefined as unknown as TlsIdentity);
  assert.throws(() => nothing.current(), {
    code: "GANNET_INVALID_OPTION",
    message: /an identity is \{ cert, key, ca \}/,
  });
});

test("those who connect at once share one question to the source", async () => {
  let questions = 0;
  const reader = new TlsContextReader(async () => {
    questions++;
    return one;
  });
  await Promise.all([reader.current(), reader.current(), reader.current()]);
  assert.equal(questions, 1);
});

/** A volume as Kubernetes makes it: `tls.crt` is a link through `..data`, which is swapped. */
class Volume {
  readonly folder: string;
  #versions = 0;

  constructor(t: TestContext, identity: TestCertificate) {
    this.folder = mkdtempSync(join(tmpdir(), "gannet-volume-"));
    t.after(() => rmSync(this.folder, { recursive: true }));
    this.swap(identity);
    for (const name of ["tls.crt", "tls.key"]) symlinkSync(join("..data", name), join(this.folder, name));
  }

  swap(identity: TestCertificate): void {
    const version = `..version-${this.#versions++}`;
    mkdirSync(join(this.folder, version));
    writeFileSync(join(this.folder, version, "tls.crt"), identity.cert);
    writeFileSync(join(this.folder, version, "tls.key"), identity.key);
    symlinkSync(version, join(this.folder, "..new"));
    renameSync(join(this.folder, "..new"), join(this.folder, "..data"));
  }

  get files() {
    return { cert: join(this.folder, "tls.crt"), key: join(this.folder, "tls.key") };
  }
}

test("certificate files are read again behind a swap of links", async (t) => {
  const volume = new Volume(t, one);
  const reader = new TlsContextReader(certificateFiles({ ...volume.files, refreshMs: 0 }));
  assert.equal(await subjectNow(reader), "CN=one");
  volume.swap(two);
  assert.equal(await subjectNow(reader), "CN=two");
});

test("certificate files in the middle of a change, or gone, leave the identity as it was", async (t) => {
  const volume = new Volume(t, one);
  const told = new Told();
  const reader = new TlsContextReader(certificateFiles({ ...volume.files, refreshMs: 0 }), told);
  await reader.current();
  volume.swap({ cert: two.cert, key: one.key });
  assert.equal(await subjectNow(reader), "CN=one");
  volume.swap({ cert: "", key: two.key });
  assert.equal(await subjectNow(reader), "CN=one");
  rmSync(join(volume.folder, "..data"));
  assert.equal(await subjectNow(reader), "CN=one");
  assert.equal(told.refusals.length, 3);
  assert.match(told.refusals[0] ?? "", /tls\.crt, .*tls\.key: tls: cert and key do not belong together/);
  assert.match(told.refusals[2] ?? "", /ENOENT/);
  volume.swap(two);
  assert.equal(await subjectNow(reader), "CN=two");
});

test("certificate files are left alone until it is time", async (t) => {
  const volume = new Volume(t, one);
  const reader = new TlsContextReader(certificateFiles({ ...volume.files, refreshMs: Number.POSITIVE_INFINITY }));
  await reader.current();
  volume.swap(two);
  assert.equal(await subjectNow(reader), "CN=one");
});

test("certificate files that are not there say which", async () => {
  const reader = new TlsContextReader(certificateFiles({ ca: "/no/such/ca.crt" }));
  await assert.rejects(async () => reader.current(), /tls: \/no\/such\/ca\.crt: ca cannot be read: ENOENT.*ca\.crt/);
  assert.throws(() => certificateFiles({}), { code: "GANNET_INVALID_OPTION" });
  assert.throws(() => certificateFiles({ crt: "x" } as object), { code: "GANNET_UNKNOWN_OPTION" });
});

test("a source that hangs leaves the identity as it was, is asked again, and counts once it answers", async () => {
  const told = new Told();
  const answers: ((identity: TlsIdentity) => void)[] = [];
  let isSlow = false;
  const reader = new TlsContextReader(
    {
      name: "vault",
      current: () => (isSlow ? new Promise<TlsIdentity>((resolve) => answers.push(resolve)) : Promise.resolve(one)),
    },
    told,
    undefined,
    1,
  );
  await reader.current();
  isSlow = true;
  assert.equal(await subjectNow(reader), "CN=one");
  assert.equal(await subjectNow(reader), "CN=one");
  assert.deepEqual(told.refusals, ["vault: the source did not answer in 1 ms"]);
  answers[1]?.(two);
  answers[0]?.(one);
  await new Promise((resolve) => setImmediate(resolve));
  isSlow = false;
  assert.deepEqual(told.changes, ["CN=two"]);
});
