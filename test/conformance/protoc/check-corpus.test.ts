import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { type FileDescriptorProto, FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { type CorpusResult, checkCorpus } from "./check-corpus.ts";
import { type Compiler, compileWithProtoc } from "./compiler.ts";
import { type Corpus, listCorpora } from "./corpus.ts";
import { printResult } from "./print-result.ts";

const LAST_BYTE = -1;

const nothing = { warnings: new Set<string>(), elapsedMs: 0 };
const users = findCorpus("well-known-users");

describe("the protoc oracle", () => {
  test("finds nothing where the compiler under test is protoc itself", async () => {
    const result = await check(compileWithProtoc);
    assert.equal(result.run, users.expected);
    assert.equal(result.agreed, users.expected);
    assert.deepEqual(result.disagreements, []);
  });

  // Each is a slip that a compiler could make. What is reported has to lead to it.
  const slips: readonly {
    readonly what: string;
    readonly file: string;
    readonly change: (file: FileDescriptorProto) => void;
    readonly reported: RegExp;
  }[] = [
    {
      what: "a wrong JSON name",
      file: "uses-field-mask.proto",
      change: (file) => assign(file.messageType[0]?.field[0], { jsonName: "updateMask" }),
      reported:
        /message_type\[0\] "UpdateRequest" \/ field\[0\] "update_mask" \/ json_name\n +protoc: "mask"\n +ours: +"updateMask"/,
    },
    {
      what: "a wrong type",
      file: "uses-source-context.proto",
      change: (file) => assign(file.messageType[0]?.field[1], { type: 3 }),
      reported: /field\[1\] "line" \/ type\n +protoc: TYPE_INT32\n +ours: +TYPE_INT64/,
    },
    {
      what: "a field left out",
      file: "uses-struct.proto",
      change: (file) => file.messageType[0]?.field.splice(1, 1),
      reported: /field\[1\] "values"\n +protoc: .*\n +ours: +\(absent\)/,
    },
    {
      what: "a dependency too many",
      file: "uses-type.proto",
      change: (file) => file.dependency.push("google/protobuf/any.proto"),
      reported: /dependency\n.*\n +ours: .*any\.proto/,
    },
    {
      what: "an option that is not set",
      file: "uses-empty.proto",
      change: (file) => assign(file.service[0]?.method[1], { options: undefined }),
      reported: /method\[1\] "Tell" \/ options\n +protoc: .*deprecated.*\n +ours: +\(absent\)/,
    },
    {
      what: "one byte of a custom option",
      file: "uses-descriptor.proto",
      change: (file) => {
        const data = file.messageType[1]?.options?.$unknown?.[2]?.data;
        data?.set([0], data.length + LAST_BYTE);
      },
      reported: /message_type\[1\] "Thing" \/ options \/ custom option\[2\]\n +protoc: field 50002/,
    },
    {
      what: "custom options in another order",
      file: "uses-descriptor.proto",
      change: (file) => file.messageType[1]?.options?.$unknown?.reverse(),
      reported: /order of custom options\n +protoc: 50001, 50001, 50002/,
    },
    {
      what: "a span one column short",
      file: "uses-api.proto",
      change: (file) => {
        const location = file.sourceCodeInfo?.location.find(({ path }) => path.join() === "4,0,2,0,3");
        if (location !== undefined) location.span[2] = (location.span[2] ?? 0) + LAST_BYTE;
      },
      reported: /source info of message_type\[0\] "Catalogue" \/ field\[0\] "apis" \/ number: span\n +protoc: 5:/,
    },
    {
      what: "a comment given to the wrong element",
      file: "uses-any.proto",
      change: (file) => {
        for (const location of file.sourceCodeInfo?.location ?? []) location.trailingComments = "";
      },
      reported: /"content": trailing comment\n +protoc: " Packed\.\\n"\n +ours: +""/,
    },
    {
      what: "a detached comment lost",
      file: "uses-any.proto",
      change: (file) => {
        for (const location of file.sourceCodeInfo?.location ?? []) location.leadingDetachedComments = [];
      },
      reported: /syntax: detached comments\n +protoc: \[" Detached from the syntax line\.\\n"\]\n +ours: +\[\]/,
    },
    {
      what: "locations in another order",
      file: "uses-api.proto",
      change: (file) => file.sourceCodeInfo?.location.reverse(),
      reported: /source info at \[0\]: order\n +protoc: the file/,
    },
    {
      what: "a location too many",
      file: "uses-api.proto",
      change: (file) => {
        const last = file.sourceCodeInfo?.location.at(LAST_BYTE);
        if (last !== undefined) file.sourceCodeInfo?.location.push(last);
      },
      reported: /source info of .*\n +protoc: \(absent\)/,
    },
  ];
  for (const { what, file, change, reported } of slips) {
    test(`reports ${what}`, async () => {
      const result = await check(protocWith(file, change));
      assert.deepEqual(
        result.disagreements.map(({ path }) => path),
        [file],
      );
      assert.equal(result.agreed, users.expected - 1);
      assert.match(print(result), reported);
    });
  }

  test("reports a file that the compiler leaves out", async () => {
    const result = await check(async (corpus, files) => {
      const outcome = await compileWithProtoc(corpus, files);
      return { ...outcome, set: new Map([...outcome.set].filter(([path]) => path !== "uses-any.proto")) };
    });
    assert.match(print(result), /uses-any\.proto: the compiler left it out/);
  });

  test("reports files in another order than protoc gives to generators", async () => {
    const result = await check(async (corpus, files) => {
      const outcome = await compileWithProtoc(corpus, files);
      return { ...outcome, set: new Map([...outcome.set].reverse()) };
    });
    assert.match(print(result), /\(order of files\): 1 differences/);
    assert.equal(result.agreed, users.expected);
  });

  test("does not report a known failure, unless it is one no more", async () => {
    const known = new Map([["well-known-users/uses-any.proto", "a reason"]]);
    const failing = protocWith("uses-any.proto", (file) => assign(file, { package: "other" }));
    const result = await checkCorpus(users, { theirs: compileWithProtoc, ours: failing }, known);
    assert.deepEqual([result.known, result.disagreements], [["uses-any.proto"], []]);
    assert.match(print(result), /14 agree, 1 known not to \(uses-any\.proto\)/);
    const mended = await checkCorpus(users, { theirs: compileWithProtoc, ours: compileWithProtoc }, known);
    assert.match(print(mended), /uses-any\.proto: it agrees by now/);
  });

  test("reports a warning too many", async () => {
    const result = await check(async (corpus, files) => {
      return { ...(await compileWithProtoc(corpus, files)), warnings: new Set(["uses-any.proto:6"]) };
    });
    assert.match(print(result), /\(warnings\): 1 differences\n +uses-any\.proto:6\n +protoc: \(absent\)/);
    assert.equal(result.agreed, users.expected);
  });

  test("reports a warning that is missing", async () => {
    const warning: Compiler = async (corpus, files) => {
      return { ...(await compileWithProtoc(corpus, files)), warnings: new Set(["uses-any.proto:6"]) };
    };
    const result = await checkCorpus(users, { theirs: warning, ours: compileWithProtoc });
    assert.match(print(result), /uses-any\.proto:6\n +protoc: warns\n +ours: +\(absent\)/);
  });

  test("names the file that the compiler rejects, and compares the others", async () => {
    const result = await check((corpus, files) => {
      if (!files.includes("uses-any.proto")) return compileWithProtoc(corpus, files);
      return Promise.resolve({ set: new Map(), failures: new Map([["uses-any.proto", "no"]]), ...nothing });
    });
    assert.deepEqual(
      result.disagreements.map(({ path, reason }) => `${path}: ${reason}`),
      ["uses-any.proto: no"],
    );
    assert.equal(result.agreed, users.expected - 1);
  });

  test("names the file that the compiler crashes on, and compares the others", async () => {
    const result = await check((corpus, files) => {
      if (files.includes("uses-type.proto")) throw new RangeError("too deep");
      return compileWithProtoc(corpus, files);
    });
    assert.deepEqual(
      result.disagreements.map(({ path }) => path),
      ["uses-type.proto"],
    );
    assert.match(print(result), /uses-type\.proto: the compiler threw RangeError: too deep/);
  });

  test("reports a file that the compiler accepts and protoc rejects", async () => {
    const corpus = { ...users, batches: [], rejected: ["no-such-file.proto"] };
    const accepting: Compiler = () => Promise.resolve({ set: new Map(), failures: new Map(), ...nothing });
    const result = await checkCorpus(corpus, { theirs: compileWithProtoc, ours: accepting });
    assert.match(print(result), /no-such-file\.proto: protoc rejects it:/);
  });
});

function check(ours: Compiler): Promise<CorpusResult> {
  return checkCorpus(users, { theirs: compileWithProtoc, ours });
}

/** A compiler that is right but for one file. */
function protocWith(path: string, change: (file: FileDescriptorProto) => void): Compiler {
  return async (corpus, files) => {
    const outcome = await compileWithProtoc(corpus, files);
    const file = fromBinary(FileDescriptorProtoSchema, outcome.set.get(path) ?? new Uint8Array());
    change(file);
    // A value that is already in its place in a Map stays there.
    return { ...outcome, set: new Map(outcome.set).set(path, toBinary(FileDescriptorProtoSchema, file)) };
  };
}

function assign<T extends object>(target: T | undefined, values: Partial<T>): void {
  assert.ok(target);
  Object.assign(target, values);
}

function print(result: CorpusResult): string {
  const lines: string[] = [];
  printResult(result, { files: 10, differencesPerFile: 1000 }, (line) => lines.push(line));
  return lines.join("\n");
}

function findCorpus(name: string): Corpus {
  const corpus = listCorpora(0).find((candidate) => candidate.name === name);
  assert.ok(corpus);
  return corpus;
}
