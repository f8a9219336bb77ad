#!/usr/bin/env node
import { runProgram } from "./program.ts";

// Who reads what is printed may have seen enough, as `head` has. What is left to print is for nobody, and that is no mistake.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}
process.exitCode = await runProgram(process.argv.slice(2));
