/** What the page on Kubernetes has in YAML, held to its programs. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parseAllDocuments } from "yaml";
import { workspace } from "../interop/folders.ts";
import { readSteps } from "./read-steps.ts";

interface Probe {
  readonly grpc: { readonly port: number; readonly service?: string };
}
interface Deployment {
  readonly kind: "Deployment";
  readonly spec: {
    readonly selector: { readonly matchLabels: Record<string, string> };
    readonly template: {
      readonly metadata: { readonly labels: Record<string, string> };
      readonly spec: {
        readonly terminationGracePeriodSeconds: number;
        readonly containers: readonly [
          {
            readonly command: readonly string[];
            readonly ports: readonly [{ readonly name: string; readonly containerPort: number }];
            readonly startupProbe: Probe;
            readonly readinessProbe: Probe;
            readonly livenessProbe: Probe;
            readonly lifecycle: { readonly preStop: { readonly sleep: { readonly seconds: number } } };
          },
        ];
      };
    };
  };
}
interface Service {
  readonly kind: "Service";
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly clusterIP: string;
    readonly selector: Record<string, string>;
    readonly ports: readonly [{ readonly name: string; readonly port: number; readonly appProtocol: string }];
  };
}

/** What `shutdownOnSignals` leaves what else keeps the process alive. */
const EXIT_MS = 1_000;

const page = readFileSync(join(workspace, "docs/kubernetes.md"), "utf8");
const files = new Map(readSteps(page).flatMap((step) => (step.kind === "file" ? [[step.path, step.text]] : [])));
const objects = parseAllDocuments(files.get("kubernetes/server.yaml") ?? "", { strict: true }).map((document) => {
  assert.deepEqual([...document.errors, ...document.warnings], []);
  return document.toJS() as Deployment | Service;
});
const deployment = objects.find((object) => object.kind === "Deployment");
const service = objects.find((object) => object.kind === "Service");
assert.ok(deployment !== undefined && service !== undefined && objects.length === 2);
const pod = deployment.spec.template;
const [container] = pod.spec.containers;

/** The number that a program of the page has for an option, worked out where it is a product. */
function numberIn(path: string, option: string): number {
  const [, text = ""] = new RegExp(`\\b${option}: ([\\d_ *]+)`).exec(files.get(path) ?? "") ?? [];
  assert.notEqual(text, "", `${path} has ${option}`);
  return text.split("*").reduce((product, factor) => product * Number(factor.replaceAll("_", "").trim()), 1);
}

test("the service is headless and finds the deployment's pods", () => {
  assert.equal(service.spec.clusterIP, "None");
  assert.deepEqual(service.spec.selector, pod.metadata.labels);
  assert.deepEqual(deployment.spec.selector.matchLabels, pod.metadata.labels);
});

test("all ports are the one that the server listens on, and clients call it by the service's name", () => {
  const [, port = ""] = /listen\("0\.0\.0\.0:(\d+)"\)/.exec(files.get("src/pod.ts") ?? "") ?? [];
  const { startupProbe, readinessProbe, livenessProbe } = container;
  const ports = [startupProbe, readinessProbe, livenessProbe].map(({ grpc }) => grpc.port);
  assert.deepEqual(
    [...ports, container.ports[0].containerPort, service.spec.ports[0].port],
    Array.from({ length: 5 }, () => Number(port)),
  );
  const target = `dns:///${service.metadata.name}.default.svc.cluster.local:${port}`;
  assert.ok(files.get("src/in-cluster.ts")?.includes(`"${target}"`));
  assert.ok(
    page.includes(`dns:///_${service.spec.ports[0].name}._tcp.${service.metadata.name}.default.svc.cluster.local`),
  );
});

test("the container runs the page's server, and probes ask for what it has", () => {
  assert.deepEqual(container.command, ["node", "dist/pod.js"]);
  const set = [...(files.get("src/pod.ts") ?? "").matchAll(/health\.set\("(\w*)", "SERVING"\)/g)].map(
    ([, name]) => name,
  );
  assert.equal(container.readinessProbe.grpc.service, undefined);
  assert.ok(set.includes(container.livenessProbe.grpc.service));
});

test("calls have the server's whole grace before the pod is killed, as the table has it", () => {
  const graceMs = numberIn("src/pod.ts", "graceMs");
  const { seconds } = container.lifecycle.preStop.sleep;
  const killedAtS = pod.spec.terminationGracePeriodSeconds;
  assert.ok(seconds * 1_000 + graceMs + EXIT_MS < killedAtS * 1_000);
  const times = [...page.matchAll(/^\| (\d+) s \|/gm)].map(([, time]) => Number(time));
  assert.deepEqual(times, [0, seconds, seconds + graceMs / 1_000, killedAtS]);
});

test("clients ping less often than servers mind, and look names up no more often than they may", () => {
  const path = "src/behind-balancer.ts";
  assert.ok(numberIn(path, "intervalMs") >= numberIn(path, "minClientIntervalMs"));
  assert.ok(numberIn("src/in-cluster.ts", "refreshIntervalMs") >= 30_000);
});
