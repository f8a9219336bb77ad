import type { MessageDefinition } from "./definition.ts";

export const MAX_FIELD_NUMBER = 0x1fffffff;
/** Numbers that protobuf keeps for itself. */
export const RESERVED_FIRST = 19000;
export const RESERVED_LAST = 19999;

/** The lowest number that a field of a message could have. Looked for when it is first asked for: few messages need it. */
export class FreeNumber {
  readonly #message: MessageDefinition;
  #number: number | undefined;

  constructor(message: MessageDefinition) {
    this.#message = message;
  }

  get number(): number {
    this.#number ??= lowestFree(this.#message);
    return this.#number;
  }

  /** What to do about a number that cannot be. Undefined where no number is left. */
  get hint(): string | undefined {
    return this.number > MAX_FIELD_NUMBER ? undefined : `the next free number is ${this.number}`;
  }
}

function lowestFree(message: MessageDefinition): number {
  const { field, extensionRange, reservedRange } = message.proto;
  const ranges = [
    ...field.map(({ number }) => ({ start: number, end: number + 1 })),
    ...extensionRange,
    ...reservedRange,
    { start: RESERVED_FIRST, end: RESERVED_LAST + 1 },
  ];
  let free = 1;
  for (const { start, end } of ranges.sort((a, b) => a.start - b.start)) if (start <= free && free < end) free = end;
  return free;
}
