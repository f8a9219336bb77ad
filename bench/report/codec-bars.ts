import type { Bar } from "./bars.ts";

const SHAPES = ["small", "medium", "large"] as const;
const FIRST_USE = { row: "first use of types with 20 fields", against: undefined, kind: "times" } as const;

/** Those of the codec, for each of the three shapes and for types that are used for the first time. */
export const CODEC_BARS: readonly Bar[] = [
  ...SHAPES.flatMap((shape) => [
    barOf(shape, "encode in place", "JSON + Buffer", 3, 5),
    barOf(shape, "decode", "JSON + Buffer", 1.5, 3),
    barOf(shape, "encode", "protobufjs static", 1.8, 2.5),
    barOf(shape, "decode", "protobufjs static", 0.95, 1.5),
  ]),
  {
    work: "codec, first use of a type of 20 fields, to encode: ms",
    ...{ ...FIRST_USE, figure: "ms encode", bar: 1, goal: 0.3, isSmallerBetter: true },
  },
  {
    work: "codec, first use of a type of 20 fields, to decode: ms",
    ...{ ...FIRST_USE, figure: "ms decode", bar: 1, goal: 0.3, isSmallerBetter: true },
  },
  {
    work: "codec, 1,000 such types, each encoded once: ms",
    ...{ ...FIRST_USE, figure: "ms 1,000 encoded", bar: 300, goal: 300, isSmallerBetter: true },
  },
  {
    work: "codec, 1,000 such types, each decoded once: ms",
    ...{ ...FIRST_USE, figure: "ms 1,000 decoded", bar: 300, goal: 300, isSmallerBetter: true },
  },
];

function barOf(shape: string, work: string, against: string, bar: number, goal: number): Bar {
  const row = `${shape}, ${work}`;
  return { work: `codec, ${row}: ops/s against ${against}`, row, figure: "ops/s", against, kind: "times", bar, goal };
}
