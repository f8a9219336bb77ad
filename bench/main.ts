/** `npm run bench -- PROGRAM [OPTIONS]`. */
const programs: Readonly<Record<string, { about: string; load(): Promise<(args: string[]) => Promise<number>> }>> = {
  unary: {
    about: "unary calls against grpc-js, C++ gRPC, connect-node and node:http2",
    load: async () => (await import("./unary/run-unary.ts")).runUnary,
  },
  balancers: {
    about: "unary calls of a client through each balancer policy, against grpc-js",
    load: async () => (await import("./balancers/run-balancers.ts")).runBalancers,
  },
  stream: {
    about: "one server stream, 20 B and 64 KiB messages, against grpc-js and C++ gRPC",
    load: async () => (await import("./stream/run-stream.ts")).runStream,
  },
  tls: {
    about: "unary calls over TLS against grpc-js",
    load: async () => (await import("./tls/run-tls.ts")).runTls,
  },
  memory: {
    about: "what an idle stream holds on a server",
    load: async () => (await import("./memory/run-memory.ts")).runMemory,
  },
  features: {
    about: "what each feature costs a call, used and not; --against FOLDER compares with another build",
    load: async () => (await import("./features/run-features.ts")).runFeatures,
  },
  codec: {
    about: "encoding and decoding against JSON, protobufjs, protobuf-es, ts-proto and pbf",
    load: async () => (await import("./codec/run-codec.ts")).runCodec,
  },
  compile: {
    about: "compiling .proto files against protoc and buf, and how soon a save is generated",
    load: async () => (await import("./compile/run-compile.ts")).runCompile,
  },
  start: {
    about: "how long importing takes",
    load: async () => (await import("./start/run-start.ts")).runStart,
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
  for (const [one, { about }] of Object.entries(programs)) console.error(`  ${one.padEnd(10)}${about}`);
  return 2;
}

process.exitCode = await main(process.argv.slice(2));
