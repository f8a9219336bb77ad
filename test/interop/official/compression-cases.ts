import assert from "node:assert/strict";
import { type Compressor, createClient, defaultCompressors } from "gannet";
import type { COMPRESSION_CASES } from "./case-names.ts";
import { TestService } from "./grpc/testing/test_pb.ts";
import { callUnary, type InteropCase, mustFail, zeros } from "./interop-case.ts";

const YES = { value: true } as const;
const NO = { value: false } as const;
const LARGE = { responseSize: 314_159, payload: zeros(271_828) } as const;

/** Each first asks whether the server looks at all: it has to refuse what it should not expect. */
export const compressionCases: Readonly<Record<(typeof COMPRESSION_CASES)[number], InteropCase>> = {
  async client_compressed_unary({ channel }) {
    await mustFail("INVALID_ARGUMENT", () => callUnary(channel, { ...LARGE, expectCompressed: YES }));
    await callUnary(channel, { ...LARGE, expectCompressed: YES }, { compress: true });
    await callUnary(channel, { ...LARGE, expectCompressed: NO });
  },
  async client_compressed_streaming({ channel }) {
    const client = createClient(TestService, channel);
    const compressed = { expectCompressed: YES, payload: zeros(27_182) };
    await mustFail("INVALID_ARGUMENT", () => client.streamingInputCall([compressed]));
    const call = client.streamingInputCall({ compress: true });
    await call.send(compressed);
    await call.send({ expectCompressed: NO, payload: zeros(45_904) }, { compress: false });
    call.end();
    assert.equal((await call.result()).aggregatedPayloadSize, 73_086);
  },
  async server_compressed_unary({ openChannel }) {
    const seen = new SeenCompressed();
    const channel = openChannel({ compressors: seen.compressors });
    try {
      await callUnary(channel, { ...LARGE, responseCompressed: YES });
      assert.equal(seen.takeSizes().length, 1, "the reply was to be compressed");
      await callUnary(channel, { ...LARGE, responseCompressed: NO });
      assert.equal(seen.takeSizes().length, 0, "the reply was not to be compressed");
    } finally {
      await channel.close();
    }
  },
  async server_compressed_streaming({ openChannel }) {
    const seen = new SeenCompressed();
    const channel = openChannel({ compressors: seen.compressors });
    const responseParameters = [
      { size: 31_415, compressed: YES },
      { size: 92_653, compressed: NO },
    ];
    try {
      const sizes: (number | undefined)[] = [];
      for await (const { payload } of createClient(TestService, channel).streamingOutputCall({ responseParameters })) {
        sizes.push(payload?.body.length);
      }
      assert.deepEqual(sizes, [31_415, 92_653]);
      const [size = 0, ...more] = seen.takeSizes();
      assert.ok(size >= 31_415 && size < 92_653, "the first reply was to be compressed");
      assert.deepEqual(more, [], "the second reply was not to be compressed");
    } finally {
      await channel.close();
    }
  },
};

/** Notes the messages that come compressed: a call does not tell. */
class SeenCompressed {
  #sizes: number[] = [];
  readonly compressors: readonly Compressor[] = defaultCompressors().map(({ name, compress, decompress }) => ({
    name,
    compress,
    decompress: (bytes, maxBytes) => {
      const message = decompress(bytes, maxBytes);
      this.#sizes.push(message.length);
      return message;
    },
  }));

  /** How large those were, since this was last asked. */
  takeSizes(): number[] {
    const sizes = this.#sizes;
    this.#sizes = [];
    return sizes;
  }
}
