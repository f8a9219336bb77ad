/** `npm run bench -- PROGRAM [OPTIONS]`. */
const programs: Readonly<Record<string, { about: string; load(): Promise<(args: string[]) => Promise<number>> }>> = {
  unary: {
    about: "unary calls against grpc-js, server and client; --rounds N, --seconds N, --save",
    load: async () => (await import("./unary.ts")).runUnary,
  },
  serve: {
    about: "gannet's echo server for measuring from outside; --port P, --host H",
    load: async () => (await import("./serve.ts")).runServe,
  },
  leak: {
    about: "what many calls leave behind on one connection; --calls N, --streams N",
    load: async () => (await import("./leak/run-leak.ts")).runLeak,
  },
};

async function main([name, ...args]: string[]): Promise<number> {
  const program = name !== undefined && Object.hasOwn(programs, name) ? programs[name] : undefined;
  if (program !== undefined) return await (await program.load())(args);
  if (name !== undefined) console.error(`There is no benchmark ${JSON.stringify(name)}.`);
  console.error("Usage: npm run bench -- PROGRAM [OPTIONS]\n\nPrograms:");
  for (const [one, { about }] of Object.entries(programs)) console.error(`  ${one.padEnd(8)}${about}`);
  return 2;
}

process.exitCode = await main(process.argv.slice(2));
