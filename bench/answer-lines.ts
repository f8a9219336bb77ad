import { createInterface } from "node:readline";

/** Answers each line of standard input with a line. Calls `onEnd` when there are no more. */
export function answerLines(answer: (line: string) => string | Promise<string>, onEnd: () => void): void {
  const lines = createInterface({ input: process.stdin });
  lines.on("line", (line) => {
    void Promise.resolve(answer(line)).then((text) => console.log(text));
  });
  lines.on("close", onEnd);
}

/** Microseconds of processor time that this process has used. */
export function cpuMicros(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}
