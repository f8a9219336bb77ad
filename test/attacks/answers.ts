import { runtime } from "../fuzz/runtime.ts";
import { parseFrames, Type } from "../robustness/wire.ts";

/** The fields of what came on each stream, header and trailer together. */
export async function answersOf(received: Buffer): Promise<Map<number, Record<string, string>>> {
  const { HpackDecoder } = await runtime.hpack();
  const decoder = new HpackDecoder({ tableBytes: 4096, maxListBytes: 1 << 20, maxFields: 1_000 });
  const answers = new Map<number, Record<string, string>>();
  for (const { type, streamId, payload } of parseFrames(received)) {
    if (type !== Type.Headers) continue;
    const answer = answers.get(streamId) ?? {};
    for (const { name, value } of decoder.decode(payload, 0, payload.length)?.fields ?? []) answer[name] = value;
    answers.set(streamId, answer);
  }
  return answers;
}
