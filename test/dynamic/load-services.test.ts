/** Services that were loaded rather than generated, between gannet, generated code and grpc-js. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { create, type DescService, toJson } from "@bufbuild/protobuf";
import { compile } from "@gannet/compiler";
import { CompileError, createDiskReader, loadServices } from "@gannet/compiler/node";
import {
  credentials,
  Server as GrpcJsServer,
  loadPackageDefinition,
  ServerCredentials,
  type ServiceClientConstructor,
} from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import {
  type Channel,
  createChannel,
  createClient,
  createServer,
  type DynamicMessage,
  GrpcError,
  type Handlers,
  insecure,
} from "gannet";
import { createInMemoryChannel } from "gannet/testing";
import { workspace } from "../interop/folders.ts";
import { Peer } from "../interop/peer/peer_pb.ts";

const PEER = join(workspace, "test/interop/peer/peer.proto");

const GREETER = `syntax = "proto3";
package greet.v1;
import "google/protobuf/timestamp.proto";
import "words/mood.proto";
message Greeting {
  string name = 1;
  int64 number = 2;
  google.protobuf.Timestamp at = 3;
  words.Mood mood = 4;
  map<string, int32> counts = 5;
  repeated bytes pieces = 6;
  oneof more { string text = 7; Greeting inner = 8; }
  optional int32 age = 9;
}
service Greeter {
  rpc Greet(Greeting) returns (Greeting);
  rpc Watch(Greeting) returns (stream Greeting);
  rpc Collect(stream Greeting) returns (Greeting);
  rpc Chat(stream Greeting) returns (stream Greeting);
}
`;
const MOOD = 'syntax = "proto3"; package words; enum Mood { CALM = 0; GLAD = 1; }';

let folder: string;
let greeter: DescService;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "gannet-load-"));
  write("greeter.proto", GREETER);
  write("words/mood.proto", MOOD);
  greeter = (await loadServices(join(folder, "greeter.proto"))).service("Greeter");
});

after(() => rmSync(folder, { recursive: true }));

function write(path: string, text: string): string {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

/** A handler of each kind, as one writes them without generated types. */
const handlers: Handlers<DescService> = {
  greet: (greeting) => ({ ...greeting, name: "greeted" }),
  async *watch({ number }) {
    for (let at = 0n; at < number; at++) yield { number: at };
  },
  async collect(greetings) {
    let sum = 0n;
    for await (const { number } of greetings) sum += number;
    return { number: sum };
  },
  async *chat(greetings) {
    for await (const { name } of greetings) yield { name: `${name}!` };
  },
};

/** What each kind of call gives, made on a channel that leads to the handlers above. */
async function callAll(channel: Channel, service: DescService): Promise<unknown> {
  const { greet, watch, collect, chat } = createClient(service, channel);
  assert.ok(greet && watch && collect && chat);
  const json = (message: DynamicMessage): unknown =>
    toJson(service.method["greet"]?.output ?? assert.fail("a method"), message);
  const reply = await greet({
    name: "ada",
    number: 2n ** 60n,
    at: { seconds: 5n, nanos: 7 },
    mood: 1,
    counts: { a: 1 },
    pieces: [Uint8Array.of(1, 2)],
    more: { case: "inner", value: { name: "in" } },
    age: 0,
  });
  const watched: unknown[] = [];
  for await (const one of watch({ number: 2n })) watched.push(json(one));
  const collected = await collect([{ number: 3n }, { number: 4n }]);
  const byHand = collect();
  await byHand.send({ number: 5n });
  byHand.end();
  const chatted: unknown[] = [];
  for await (const { name } of chat([{ name: "a" }, { name: "b" }])) chatted.push(name);
  return { reply: json(reply), watched, collected: json(collected), byHand: json(await byHand.result()), chatted };
}

const EXPECTED = {
  reply: {
    name: "greeted",
    number: "1152921504606846976",
    at: "1970-01-01T00:00:05.000000007Z",
    mood: "GLAD",
    counts: { a: 1 },
    pieces: ["AQI="],
    inner: { name: "in" },
    age: 0,
  },
  watched: [{}, { number: "1" }],
  collected: { number: "7" },
  byHand: { number: "5" },
  chatted: ["a!", "b!"],
};

describe("a loaded service", () => {
  test("is called and served without generated code, all four kinds", async () => {
    const server = createServer().add(greeter, handlers);
    assert.deepEqual(await callAll(createInMemoryChannel(server), greeter), EXPECTED);
  });

  test("is called and served with interpreted codecs too", async () => {
    const server = createServer({ codecs: "interpreted" }).add(greeter, handlers);
    assert.deepEqual(await callAll(createInMemoryChannel(server, { codecs: "interpreted" }), greeter), EXPECTED);
  });

  test("gives messages of @bufbuild/protobuf, and takes them", async () => {
    const loaded = await loadServices(join(folder, "greeter.proto"));
    const greeting: DynamicMessage = create(loaded.message("Greeting"));
    greeting["name"] = "ada";
    assert.equal(greeting.$typeName, "greet.v1.Greeting");
    const server = createServer().add(greeter, handlers);
    const reply = await createClient(greeter, createInMemoryChannel(server))["greet"]?.(greeting);
    assert.equal(reply?.$typeName, "greet.v1.Greeting");
  });

  test("misses a handler when it is added, by its name", () => {
    assert.throws(() => createServer().add(greeter, { greet: () => ({}) }), /watch/);
  });

  test("meets generated code of the same file, on either side", async () => {
    const loaded = await loadServices(PEER);
    const dynamic = loaded.service<typeof Peer>("Peer");
    const generatedSide = createServer().addPartial(Peer, { unary: ({ text }) => ({ text: text.toUpperCase() }) });
    const dynamicSide = createServer().addPartial(dynamic, { unary: ({ text }) => ({ text: text.toUpperCase() }) });
    for (const [server, service] of [
      [generatedSide, dynamic],
      [dynamicSide, Peer],
    ] as const) {
      // The type that was said is there: `text` is known, and of which kind a method is.
      const reply = await createClient(service, createInMemoryChannel(server)).unary({ text: "a" });
      assert.equal(reply.text, "A");
    }
  });
});

describe("a loaded service and grpc-js with proto-loader", () => {
  const load = (): ServiceClientConstructor => {
    const definition = loadSync(join(folder, "greeter.proto"), { longs: String, defaults: true });
    return (loadPackageDefinition(definition)["greet"] as never)["v1"]["Greeter"];
  };

  test("it calls grpc-js", async () => {
    const server = new GrpcJsServer();
    server.addService(load().service, {
      greet: (call: { request: { name: string } }, done: (error: null, reply: object) => void) =>
        done(null, { ...call.request, name: "greeted" }),
      watch: (call: { request: { number: string }; write(reply: object): void; end(): void }) => {
        for (let at = 0; at < Number(call.request.number); at++) call.write({ number: at });
        call.end();
      },
      collect: (
        call: { on(name: string, listener: (message: { number: string }) => void): void },
        done: (error: null, reply: object) => void,
      ) => {
        let number = 0;
        call.on("data", (one) => {
          number += Number(one.number);
        });
        call.on("end", () => done(null, { number }));
      },
      chat: (call: {
        on(name: string, listener: (message: { name: string }) => void): void;
        write(reply: object): void;
        end(): void;
      }) => {
        call.on("data", ({ name }) => call.write({ name: `${name}!` }));
        call.on("end", () => call.end());
      },
    });
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
        error === null ? resolve(bound) : reject(error),
      );
    });
    const channel = createChannel(`127.0.0.1:${port}`, { credentials: insecure() });
    try {
      assert.deepEqual(await callAll(channel, greeter), EXPECTED);
    } finally {
      await channel.close();
      server.forceShutdown();
    }
  });

  test("grpc-js calls it", async () => {
    const server = createServer().add(greeter, {
      ...handlers,
      greet({ name, ...rest }) {
        if (name === "") throw new GrpcError("INVALID_ARGUMENT", "who?");
        return { ...rest, name: `hello ${name}` };
      },
    });
    const { port } = await server.listen("127.0.0.1:0");
    const Greeter = load();
    const client = new Greeter(`127.0.0.1:${port}`, credentials.createInsecure());
    try {
      const greet = async (request: object): Promise<Record<string, unknown>> =>
        await new Promise((resolve, reject) => {
          client["greet"]?.(request, (error: Error | null, reply: Record<string, unknown>) =>
            error === null ? resolve(reply) : reject(error),
          );
        });
      const reply = await greet({ name: "ada", number: "12345678901234", counts: { a: 1 }, text: "more" });
      assert.equal(reply["name"], "hello ada");
      assert.equal(reply["number"], "12345678901234");
      assert.deepEqual(reply["counts"], { a: 1 });
      assert.equal(reply["text"], "more");
      await assert.rejects(async () => await greet({}), /3 INVALID_ARGUMENT: who\?/);
    } finally {
      client.close();
      await server.shutdown({ graceMs: 0 });
    }
  });
});

describe("loading", () => {
  test("takes a path, a URL, a path as it is imported, and several of them", async () => {
    const file = join(folder, "greeter.proto");
    const other = write("other/other.proto", 'syntax = "proto3"; service Other {}');
    const names = async (...args: Parameters<typeof loadServices>): Promise<string[]> =>
      (await loadServices(...args)).services.map(({ typeName }) => typeName);
    assert.deepEqual(await names(file), ["greet.v1.Greeter"]);
    assert.deepEqual(await names(pathToFileURL(file)), ["greet.v1.Greeter"]);
    assert.deepEqual(await names("greeter.proto", { roots: [folder] }), ["greet.v1.Greeter"]);
    assert.deepEqual(await names("greeter.proto", { roots: [pathToFileURL(folder)] }), ["greet.v1.Greeter"]);
    assert.deepEqual(await names([file, other]), ["greet.v1.Greeter", "Other"]);
  });

  test("gives services and messages by full or simple name, and says what there is", async () => {
    const two = write("two.proto", 'syntax = "proto3"; package two; service Greeter {} message Greeting {}');
    const loaded = await loadServices([join(folder, "greeter.proto"), two]);
    assert.equal(loaded.service("two.Greeter").typeName, "two.Greeter");
    assert.equal(loaded.message("two.Greeting").typeName, "two.Greeting");
    assert.throws(() => loaded.service("Greeter"), {
      name: "RangeError",
      message: "there is more than one service Greeter: greet.v1.Greeter and two.Greeter",
    });
    assert.throws(() => loaded.service("two.Greter"), {
      message: "there is no service two.Greter in these files: did you mean two.Greeter?",
    });
    assert.throws(() => loaded.message("Nothing"), {
      message: "there is no message Nothing in these files: there are greet.v1.Greeting, two.Greeting",
    });
    assert.equal(loaded.registry.getEnum("words.Mood")?.values.length, 2);
  });

  test("throws an error that shows what is wrong, and where on the disk", async () => {
    const file = write("slip.proto", 'syntax = "proto3";\nimport "missing.proto";\nmessage Slip { int age = 2; }\n');
    await assert.rejects(
      async () => await loadServices(file),
      (error) => {
        assert.ok(error instanceof CompileError);
        assert.deepEqual(
          error.diagnostics.map(({ id }) => id),
          ["import-not-found", "type-unknown"],
        );
        assert.match(error.message, /^2 errors in \.proto files\n/);
        assert.ok(error.message.includes(`${file}:3:16: error:`), error.message);
        assert.match(error.message, /hint: did you mean `int32` or `int64`/);
        return true;
      },
    );
  });

  test("throws for a file that is not there, for none, for an option that is not, and for two files of one name", async () => {
    await assert.rejects(
      async () => await loadServices("nowhere.proto"),
      /there is no file "nowhere\.proto".*\n {2}hint: it was looked for from .*; `roots` names others$/s,
    );
    write("kitchen.proto", 'syntax = "proto3";');
    await assert.rejects(
      async () => await loadServices("kitchn.proto", { roots: [folder] }),
      (error) =>
        String(error).endsWith(
          `hint: did you mean kitchen.proto? it was looked for from ${process.cwd()}, and in ${folder}`,
        ),
    );
    await assert.rejects(async () => await loadServices(""), /^TypeError: say which \.proto files to load, such as /);
    await assert.rejects(async () => await loadServices([]), /^TypeError: say which \.proto files to load, such as /);
    await assert.rejects(async () => await loadServices("a.proto", { roots: [`${folder}/none`] }), {
      code: "GANNET_INVALID_OPTION",
      message: `there is no folder ${folder}/none, which \`roots\` names`,
    });
    await assert.rejects(async () => await loadServices(folder), /is a folder, not a \.proto file/);
    // @ts-expect-error proto-loader's word for it
    await assert.rejects(async () => await loadServices("a.proto", { includeDirs: [] }), {
      name: "TypeError",
      code: "GANNET_UNKNOWN_OPTION",
      message: 'loadServices has no option "includeDirs"; it calls it roots',
    });
    // @ts-expect-error a slip of the pen
    await assert.rejects(async () => await loadServices("a.proto", { root: [] }), {
      message: 'loadServices has no option "root"; did you mean roots?',
    });
    // @ts-expect-error there is no need for it
    await assert.rejects(async () => await loadServices("a.proto", { keepCase: true }), {
      message: /no option "keepCase"; leave it out: docs\/dynamic-services\.md/,
    });
    await assert.rejects(async () => await loadServices("a.proto", { roots: "proto" as unknown as string[] }), {
      code: "GANNET_INVALID_OPTION",
      message: 'roots is a list of folders, such as ["proto"]',
    });
    const one = write("one/same.proto", 'syntax = "proto3";');
    const other = write("other/same.proto", 'syntax = "proto3";');
    await assert.rejects(async () => await loadServices([one, other]), /are both imported as "same\.proto"/);
    assert.equal((await loadServices([one, other], { roots: [folder] })).services.length, 0);
  });

  test("tells of warnings where it is asked to", async () => {
    const file = write("warned.proto", "message Warned {}");
    const ids: string[] = [];
    await loadServices(file, { onWarning: ({ id }) => void ids.push(id) });
    assert.deepEqual(ids, ["syntax-missing"]);
  });

  test("reads from a disk for compile() as well", async () => {
    const read = createDiskReader([join(folder, "words"), folder]);
    const { ok, files } = await compile({ files: ["greeter.proto", "mood.proto"], read });
    assert.equal(ok, false, "two files that define the same");
    assert.deepEqual(files, []);
    assert.ok((await compile({ files: ["greeter.proto"], read })).ok);
    const unreadable = await compile({ files: ["words"], read });
    assert.deepEqual(
      unreadable.diagnostics.map(({ id }) => id),
      ["file-unreadable"],
    );
  });
});
