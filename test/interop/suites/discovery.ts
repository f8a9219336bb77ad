import type { Suite } from "../../suite/suite.ts";
import { CaseReport } from "../case-report.ts";
import { runEtcdCases } from "../discovery/etcd-cases.ts";
import { loadEtcdExample } from "../discovery/etcd-example.ts";
import { runDnsRestarts, runEtcdRestarts } from "../discovery/restarts.ts";
import { EtcdServer } from "../program/etcd.ts";
import { readSuiteOptions } from "./suite-options.ts";

/** The releases of Debian whose etcd is used: 3.4 and 3.5. */
const RELEASES = ["bookworm", "trixie"] as const;

/** Servers that come and go, and clients that find them. */
export const discoverySuite: Suite = {
  summary: "the example's resolver at real etcds, and servers restarted under load that are found by DNS and by etcd",
  async run(args) {
    const options = readSuiteOptions(args, ["etcd", "restarts-dns", "restarts-etcd"]);
    const report = new CaseReport();
    const example = await loadEtcdExample();
    if (options.includes("etcd")) {
      for (const release of RELEASES) await runEtcdCases(await EtcdServer.install(release), example, report);
    }
    if (options.includes("restarts-dns")) await runDnsRestarts(report);
    if (options.includes("restarts-etcd")) {
      await runEtcdRestarts(await EtcdServer.install(RELEASES[0]), example, report);
    }
    return report.close();
  },
};
