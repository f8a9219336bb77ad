/** What both programs of a step printed, a line each; the server's first line, that it is there, left out. */
export interface PrintedLines {
  readonly client: readonly string[];
  readonly server: readonly string[];
}

/** A step of the tutorial, and what has to come of it. */
export interface TutorialStep {
  readonly name: string;
  /** Under examples/tutorial. */
  readonly folder: string;
  readonly serverArguments?: readonly string[];
  readonly clientArguments?: readonly string[];
  /** The client is told to leave once it has printed this; it ends by itself where there is none. */
  readonly leavesAfter?: RegExp;
  readonly expected: string;
  /** Sums up what was printed, so that it can be compared with `expected`. */
  sum(lines: PrintedLines): string;
}

const NUMBER = String.raw`[\d.e-]+`;
const NINE = [1, 2, 3, 4, 5, 6, 7, 8, 9] as const;

/** The five steps, `bidi` with its variant. */
export const tutorialSteps: readonly TutorialStep[] = [
  {
    name: "hello",
    folder: "hello",
    expected: "my name is yanilo, i am 18 years old",
    sum: ({ client }) => client.join("\n"),
  },
  {
    name: "types",
    folder: "types",
    expected: [
      "my name is yanilo, i am 18 years old",
      "name: yanilo",
      "age: 100",
      "data: [qwq]",
      "number_1: {k2: 22, k3: 33, k: 11}",
      "number: {k: {name: yanilo_value, age: 123, is_active: true}}",
    ].join("\n"),
    sum: ({ client }) => client.map(sortMap).join("\n"),
  },
  {
    name: "client-stream: an answer after 10 of 15",
    folder: "client-stream",
    expected: "client: ok; server: 1,2,3,4,5,6,7,8,9,10",
    sum: ({ client, server }) => `client: ${client.join("\n")}; server: ${indexes(server, "receive").join()}`,
  },
  {
    name: "server-stream: until the client leaves",
    folder: "server-stream",
    leavesAfter: /index:3$/m,
    expected: "send yanilo,index:1\nsend yanilo,index:2\nsend yanilo,index:3",
    sum: ({ client }) => client.join("\n"),
  },
  {
    name: "bidi: the deadline",
    folder: "bidi",
    expected: "replies in order, then DEADLINE_EXCEEDED",
    sum({ client }) {
      const numbers = indexes(client.slice(0, -1), "receive");
      // The ninth reply and the deadline are due at the same time, and a busy machine is late.
      const isWhole = numbers.length >= 5 && numbers.every((number, index) => number === NINE[index]);
      return `${isWhole ? "replies in order" : client.join("\n")}, then ${client.at(-1)}`;
    },
  },
  {
    name: "bidi: the server cancels",
    folder: "bidi",
    serverArguments: ["cancel"],
    clientArguments: ["30"],
    expected: "1,2,3,4,5,6,7,8,9, then CANCELLED",
    sum: ({ client }) => `${indexes(client.slice(0, -1), "receive").join()}, then ${client.at(-1)}`,
  },
];

/** The index of each line `VERB NUMBER,index:INDEX`; NaN for a line that is another. */
function indexes(lines: readonly string[], verb: string): number[] {
  const pattern = new RegExp(`^${verb} ${NUMBER},index:(\\d+)$`);
  return lines.map((line) => Number(pattern.exec(line)?.[1] ?? Number.NaN));
}

/** A map has no order of its own. */
function sortMap(line: string): string {
  const [, start, entries] = /^(number_1: )\{(.*)\}$/.exec(line) ?? [];
  return entries === undefined ? line : `${start}{${entries.split(", ").sort().join(", ")}}`;
}
