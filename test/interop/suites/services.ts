import { join } from "node:path";
import { createChannel, createClient, GrpcError, insecure } from "gannet";
import { ErrorInfoSchema, RetryInfoSchema } from "gannet/errors";
import type { Suite } from "../../suite/suite.ts";
import { CaseReport } from "../case-report.ts";
import { workspace } from "../folders.ts";
import { TestService } from "../official/grpc/testing/test_pb.ts";
import { type Command, nodeProgram, withArguments } from "../program/command.ts";
import { installGoProgram } from "../program/go.ts";
import { Python } from "../program/python.ts";
import { RunningProgram, runToEnd } from "../program/running-program.ts";
import { grpcurlCases, probeCases, pythonCases, type ServiceCase } from "../services/service-cases.ts";

/** The first version asks for reflection v1, the second knows v1alpha only. */
const GRPCURLS = [
  { version: "v1.9.4", reflection: "v1" },
  { version: "v1.8.7", reflection: "v1alpha" },
] as const;
const PROBE = "github.com/grpc-ecosystem/grpc-health-probe@v0.4.62";
const START_TIMEOUT_MS = 15_000;
const CASE_TIMEOUT_MS = 40_000;

/** What a server tells of itself and of its errors, as programs of others read it. */
export const servicesSuite: Suite = {
  summary: "health, reflection, channelz and details of errors, read by grpcurl, grpc_health_probe and grpcio",
  async run() {
    const grpcurls: Command[] = [];
    for (const { version } of GRPCURLS) {
      grpcurls.push({
        file: await installGoProgram(`github.com/fullstorydev/grpcurl/cmd/grpcurl@${version}`),
        args: ["-max-time=10"],
      });
    }
    const probe: Command = { file: await installGoProgram(PROBE), args: [] };
    const python = await Python.install();
    const pythonProgram = await python.program("services.py", join(workspace, "proto/grpc/health/v1/health.proto"));

    const report = new CaseReport();
    const server = new RunningProgram(nodeProgram("services/server"));
    try {
      const [, port = ""] = await server.waitFor(/^PORT (\d+)$/m, START_TIMEOUT_MS);
      const address = `127.0.0.1:${port}`;
      await runCases("grpcio", pythonProgram, pythonCases(port), report);
      for (const [index, grpcurl] of grpcurls.entries()) {
        const { version, reflection } = GRPCURLS[index] ?? GRPCURLS[0];
        const before = server.lines.length;
        await runCases(`grpcurl ${version}`, grpcurl, grpcurlCases(address), report, 1);
        const asked = server.lines.slice(before).filter((line) => line.includes("/grpc.reflection."));
        report.add({
          name: "asks for one version of reflection",
          expected: `CALL /grpc.reflection.${reflection}.ServerReflection/ServerReflectionInfo`,
          got: [...new Set(asked)].join("\n"),
        });
      }
      await runCases("grpc_health_probe", probe, probeCases(address), report);
      await readErrorOf(pythonProgram, report);
      await watchShutdown(server, pythonProgram, probe, port, report);
    } finally {
      await server.stop();
    }
    return report.close();
  },
};

/** @param more how many cases come behind these under the same heading */
async function runCases(
  title: string,
  program: Command,
  cases: readonly ServiceCase[],
  report: CaseReport,
  more = 0,
): Promise<void> {
  report.section(title, cases.length + more);
  for (const { name, args, expected } of cases) report.add(resultOf(name, expected, await run(program, args)));
}

async function run(program: Command, args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runToEnd(withArguments(program, args), CASE_TIMEOUT_MS);
  return [`exit code ${code}`, stdout.trimEnd(), stderr.trimEnd()].filter((part) => part !== "").join("\n");
}

function resultOf(name: string, expected: string | RegExp, got: string) {
  if (typeof expected === "string") return { name, expected, got };
  return { name, expected: expected.test(got) ? got : String(expected), got };
}

/** gannet reads the details of an error that grpcio's server sends. */
async function readErrorOf(pythonProgram: Command, report: CaseReport): Promise<void> {
  report.section("gannet", 1);
  const server = new RunningProgram(withArguments(pythonProgram, ["serve-errors"]));
  try {
    const [, port = ""] = await server.waitFor(/^PORT (\d+)$/m, START_TIMEOUT_MS);
    const channel = createChannel(`127.0.0.1:${port}`, { credentials: insecure() });
    const call = createClient(TestService, channel).unaryCall({}, { timeoutMs: CASE_TIMEOUT_MS });
    const error: unknown = await call.response.catch((thrown: unknown) => thrown);
    await channel.close();
    report.add({
      name: "reads the details of an error that grpcio sends",
      expected: "RESOURCE_EXHAUSTED: sold öut, SOLD_OUT in zone a, retry after 7 s",
      got: GrpcError.is(error) ? describe(error) : String(error),
    });
  } finally {
    await server.stop();
  }
}

function describe(error: GrpcError): string {
  const info = error.detail(ErrorInfoSchema);
  const delay = error.detail(RetryInfoSchema)?.retryDelay?.seconds;
  return `${error.code}: ${error.reason}, ${info?.reason} in zone ${info?.metadata["zone"]}, retry after ${delay} s`;
}

/** A client that watches sees the server go, and does not keep it from going; who asks later finds nobody. */
async function watchShutdown(
  server: RunningProgram,
  pythonProgram: Command,
  probe: Command,
  port: string,
  report: CaseReport,
): Promise<void> {
  report.section("SIGTERM", 3);
  const watcher = new RunningProgram(withArguments(pythonProgram, [port, "watch"]));
  try {
    await watcher.waitFor(/^watched SERVING$/m, START_TIMEOUT_MS);
    const code = await server.stop("SIGTERM");
    const end = server.lines.at(-1);
    report.add({ name: "the server ends by itself", expected: "DOWN, exit code 0", got: `${end}, exit code ${code}` });
    const watcherCode = await watcher.waitForEnd(CASE_TIMEOUT_MS);
    report.add({
      name: "grpcio's health client sees it flip",
      expected: "exit code 0\nwatched SERVING\nwatched NOT_SERVING\nended with UNAVAILABLE",
      got: [`exit code ${watcherCode}`, ...watcher.lines].join("\n"),
    });
  } finally {
    await watcher.stop();
  }
  report.add(
    resultOf("grpc_health_probe finds nobody", /^exit code 2\n[\s\S]*/, await run(probe, [`-addr=127.0.0.1:${port}`])),
  );
}
