import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fetchDebianPackages } from "./debian.ts";
import { findFreePort, waitForPort } from "./ports.ts";
import { RunningProgram, runToEnd } from "./running-program.ts";

const START_TIMEOUT_MS = 30_000;

/** An etcd of one member on loopback, always at the same port, which can be stopped and started. */
export class EtcdServer {
  readonly #file: string;
  readonly #port: number;
  readonly #peerPort: number;
  #data: string | undefined;
  #program: RunningProgram | undefined;

  private constructor(file: string, port: number, peerPort: number) {
    this.#file = file;
    this.#port = port;
    this.#peerPort = peerPort;
  }

  /**
   * Of a release of Debian, such as `bookworm`: fetched and unpacked, unless an earlier run has. It is not started yet.
   *
   * @throws Error with apt's or dpkg's words
   */
  static async install(release: string): Promise<EtcdServer> {
    const root = await fetchDebianPackages(release, ["etcd-server"]);
    return new EtcdServer(join(root, "usr/bin/etcd"), await findFreePort(), await findFreePort());
  }

  /** Where clients connect to. */
  get address(): string {
    return `127.0.0.1:${this.#port}`;
  }

  get port(): number {
    return this.#port;
  }

  /** Such as `3.4.23`. */
  async version(): Promise<string> {
    const { stdout } = await runToEnd({ file: this.#file, args: ["--version"] }, START_TIMEOUT_MS);
    return /^etcd Version: (\S+)/.exec(stdout)?.[1] ?? "of no known version";
  }

  /** With what it knew when it was stopped. */
  async start(): Promise<void> {
    this.#data ??= mkdtempSync(join(tmpdir(), "gannet-etcd-"));
    const client = `http://${this.address}`;
    const peer = `http://127.0.0.1:${this.#peerPort}`;
    const args = [
      `--data-dir=${this.#data}`,
      `--listen-client-urls=${client}`,
      `--advertise-client-urls=${client}`,
      `--listen-peer-urls=${peer}`,
      `--initial-advertise-peer-urls=${peer}`,
      `--initial-cluster=default=${peer}`,
    ];
    this.#program = new RunningProgram({ file: this.#file, args });
    await waitForPort(this.#port, START_TIMEOUT_MS);
  }

  async stop(): Promise<void> {
    await this.#program?.stop();
    this.#program = undefined;
  }

  /** It knows nothing any more when it is started again. */
  forget(): void {
    if (this.#data !== undefined) rmSync(this.#data, { recursive: true });
    this.#data = undefined;
  }
}
