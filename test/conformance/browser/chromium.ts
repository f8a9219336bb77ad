import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Looks at a page with Debian's Chromium, without a window, for as long as `work` takes. */
export async function withChromium<T>(url: string, work: Promise<T>): Promise<T> {
  const profile = mkdtempSync(join(tmpdir(), "gannet-chromium-"));
  // Its sandbox wants a user other than root, and the page is ours.
  const flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"];
  const args = [
    ...flags,
    "--no-default-browser-check",
    "--disable-background-networking",
    `--user-data-dir=${profile}`,
  ];
  const child = spawn("chromium", [...args, url], { stdio: ["ignore", "ignore", "pipe"], detached: true });
  let words = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    words += text;
  });
  const ended = new Promise<never>((_resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => reject(new Error(`chromium ended with ${code}: ${words.slice(-2_000)}`)));
  });
  try {
    return await Promise.race([work, ended]);
  } finally {
    ended.catch(() => {});
    // Its renderers are in its group.
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGKILL");
    await ended.catch(() => {});
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}
