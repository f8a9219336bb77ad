import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Compiled } from "./compile-by-reader.ts";
import type { BrowserJob } from "./page.ts";

/** Files to compile, and the folder that they are in. */
export interface Job {
  readonly files: readonly string[];
  readonly root: string;
}

/** What the page said. */
export interface PageAnswer {
  readonly compiled: readonly Compiled[];
  readonly agent: string;
}

/** Serves the page, its jobs and their files on loopback, and waits for what the page says. */
export class PageServer {
  readonly #server: Server;
  readonly #jobs: readonly Job[];
  readonly #script: string;
  /** Rejects with what went wrong in the page. */
  readonly answer: Promise<PageAnswer>;
  #resolve: (answer: PageAnswer) => void = () => {};
  #reject: (error: Error) => void = () => {};

  constructor(script: string, jobs: readonly Job[]) {
    this.#script = script;
    this.#jobs = jobs;
    this.answer = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#server = createServer((request, response) => {
      void this.#respond(request).then(({ status, type, body }) => {
        response.writeHead(status, { "content-type": type }).end(body);
      });
    });
  }

  /** Resolves to the URL of the page. */
  async listen(): Promise<string> {
    await new Promise<void>((resolve) => {
      this.#server.listen(0, "127.0.0.1", resolve);
    });
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #respond(request: IncomingMessage): Promise<{ status: number; type: string; body: string | Uint8Array }> {
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname);
    const html = '<!doctype html><meta charset="utf-8"><title>gannet</title><script src="/page.js"></script>';
    if (request.method === "POST") return await this.#take(path, request);
    if (path === "/") return { status: 200, type: "text/html", body: html };
    if (path === "/page.js") return { status: 200, type: "text/javascript; charset=utf-8", body: this.#script };
    if (path === "/jobs") {
      const jobs = this.#jobs.map(({ files }, index): BrowserJob => ({ files, base: `/proto/${index}/` }));
      return { status: 200, type: "application/json", body: JSON.stringify(jobs) };
    }
    const [, index = "", file = ""] = /^\/proto\/(\d+)\/(.+)$/.exec(path) ?? [];
    const root = this.#jobs[Number(index)]?.root;
    const body = root === undefined ? undefined : readIfThere(join(root, file));
    if (body === undefined) return { status: 404, type: "text/plain", body: "not here" };
    return { status: 200, type: "application/octet-stream", body };
  }

  async #take(path: string, request: IncomingMessage): Promise<{ status: number; type: string; body: string }> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const said: unknown = JSON.parse(Buffer.concat(chunks).toString("utf8"));
    if (path === "/compiled") this.#resolve(said as PageAnswer);
    else this.#reject(new Error(`the page failed: ${String(said)}`));
    return { status: 204, type: "text/plain", body: "" };
  }
}

/** The bytes of a file; undefined where there is none. */
export function readIfThere(path: string): Uint8Array | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
