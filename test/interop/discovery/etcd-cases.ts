import type { CaseReport } from "../case-report.ts";
import type { EtcdServer } from "../program/etcd.ts";
import { RunningProgram } from "../program/running-program.ts";
import { type EtcdExample, PLACE_READY, placeServer } from "./etcd-example.ts";
import { Relay } from "./relay.ts";
import { Resolved } from "./resolved.ts";

const PATIENCE_MS = 30_000;
const TTL_S = 2;
const CASES = 14;

/** The example's resolver and registration at a real etcd, which is stopped and started. */
export async function runEtcdCases(etcd: EtcdServer, example: EtcdExample, report: CaseReport): Promise<void> {
  report.section(`etcd ${await etcd.version()}`, CASES);
  const relay = await Relay.listen(etcd.port);
  const { kv, channel } = example.openEtcd(etcd.address);
  const bytes = (text: string) => new TextEncoder().encode(text);
  const put = (key: string, value: unknown) =>
    kv["put"]?.(
      { key: bytes(key), value: bytes(JSON.stringify(value)) },
      { waitForReady: true, timeoutMs: PATIENCE_MS },
    );
  const remove = (key: string) => kv["deleteRange"]?.({ key: bytes(key) });
  const resolved = new Resolved(example.etcdResolver(relay.address), "zoo");
  const expectFound = async (name: string, expected: string | RegExp, what = resolved) => {
    const pattern = typeof expected === "string" ? new RegExp(`^${expected.replaceAll(".", "\\.")}$`) : expected;
    const got = await what.waitFor(pattern, PATIENCE_MS);
    report.add({ name, expected: pattern.test(got) ? got : String(expected), got });
  };
  try {
    await expectFound("an etcd that is not there is a failure", /^failed: etcd does not tell of zoo\/: /);
    await etcd.start();
    await expectFound("it is found once it is there, and that nobody is registered", /^no server is registered/);

    await put("zoo/b", { Op: 0, Addr: "10.0.0.2:1", Metadata: null });
    await put("zoology/x", { Op: 0, Addr: "10.0.9.9:1", Metadata: null });
    await put("zoo/wrong", "no endpoint");
    await put("zoo/a", { Op: 0, Addr: "10.0.0.1:1", Metadata: { weight: 3 } });
    await expectFound(
      "keys under the prefix are endpoints, in their order, and others are not",
      "10.0.0.1:1,10.0.0.2:1",
    );
    report.add({
      name: "weights and attributes come from the values and keys",
      expected: "3 zoo/a, 1 zoo/b",
      got: (resolved.found?.endpoints ?? [])
        .map(({ weight, attributes }) => `${weight} ${String(attributes?.get("etcd-key"))}`)
        .join(", "),
    });
    await remove("zoo/a");
    await expectFound("a key that is deleted is no endpoint any more", "10.0.0.2:1");

    await sever(relay, () => put("zoo/c", { Op: 0, Addr: "10.0.0.3:1" }));
    await expectFound("what changes while the connection is lost is heard of later", "10.0.0.2:1,10.0.0.3:1");

    await sever(relay, async () => {
      await put("zoo/d", { Op: 0, Addr: "10.0.0.4:1" });
      const { header } = (await put("zoo/e", { Op: 0, Addr: "10.0.0.5:1" })) as unknown as {
        header: { revision: bigint };
      };
      await kv["compact"]?.({ revision: header.revision, physical: true });
    });
    await expectFound(
      "where the history of that time is gone, all is listed anew",
      "10.0.0.2:1,10.0.0.3:1,10.0.0.4:1,10.0.0.5:1",
    );

    await etcd.stop();
    await etcd.start();
    await put("zoo/f", { Op: 0, Addr: "10.0.0.6:1" });
    await expectFound("an etcd that was restarted goes on", "10.0.0.2:1,10.0.0.3:1,10.0.0.4:1,10.0.0.5:1,10.0.0.6:1");

    await runRegistrations(etcd, example, report, expectFound);
  } finally {
    resolved.close();
    await channel.close();
    await relay.close();
    await etcd.stop();
    etcd.forget();
  }
}

/** Changes something while the resolver cannot reach etcd, which it has noticed. */
async function sever(relay: Relay, change: () => unknown): Promise<void> {
  const { connections } = relay;
  relay.cut();
  await change();
  while (relay.connections === connections) await new Promise((resolve) => setTimeout(resolve, 10));
  relay.heal();
}

type ExpectFound = (name: string, expected: string | RegExp, what?: Resolved) => Promise<void>;

async function runRegistrations(
  etcd: EtcdServer,
  example: EtcdExample,
  report: CaseReport,
  expectFound: ExpectFound,
): Promise<void> {
  const places = new Resolved(example.etcdResolver(etcd.address), "example/place");
  const programs: RunningProgram[] = [];
  const start = async () => {
    const program = new RunningProgram(placeServer(etcd.address, { PLACE_TTL_SECONDS: String(TTL_S) }));
    programs.push(program);
    const [, address = ""] = await program.waitFor(PLACE_READY, PATIENCE_MS);
    return { program, address };
  };
  const listOf = (...servers: readonly { address: string }[]) =>
    servers
      .map(({ address }) => address)
      .sort()
      .join();
  try {
    const [one, two] = [await start(), await start()];
    await expectFound("servers that register are found", listOf(one, two), places);

    await new Promise((resolve) => setTimeout(resolve, TTL_S * 2_500));
    await expectFound("they stay for longer than their leases, which are kept alive", listOf(one, two), places);

    const code = await one.program.stop("SIGTERM");
    await expectFound(`one that is asked to end is gone, and ended with 0`, listOf(two), places);
    report.add({ name: "and its process ended by itself", expected: "0", got: String(code) });

    await etcd.stop();
    etcd.forget();
    await etcd.start();
    const three = await start();
    await expectFound(
      "where etcd has lost all it knew, servers register again, and clients notice",
      listOf(two, three),
      places,
    );

    await three.program.stop("SIGKILL");
    await expectFound("one that is killed is gone when its lease has run out", listOf(two), places);
  } finally {
    places.close();
    for (const program of programs) await program.stop();
  }
}
