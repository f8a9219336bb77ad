import type { MessageDefinition } from "./definition.ts";

export const MAX_FIELD_NUMBER = 0x1fffffff;
/** Numbers that protobuf keeps for itself. */
export const RESERVED_FIRST = 19000;
export const RESERVED_LAST = 19999;

/**
 * Numbers that fields of a message could have, from the lowest on, each given once: hints that are all heeded do not clash.
 * Looked for when the first is asked for, as few messages need one.
 */
export class FreeNumbers {
  readonly #message: MessageDefinition;
  #taken: readonly NumberRange[] | undefined;
  #passed = 0;
  #next = 1;

  constructor(message: MessageDefinition) {
    this.#message = message;
  }

  /** The next number that is free, beyond `MAX_FIELD_NUMBER` where none is left. */
  take(): number {
    this.#taken ??= listTaken(this.#message);
    for (; this.#passed < this.#taken.length; this.#passed++) {
      const { start, end } = this.#taken[this.#passed] as NumberRange;
      if (start > this.#next) break;
      this.#next = Math.max(this.#next, end);
    }
    return this.#next++;
  }

  /** What to do about a number that cannot be. Undefined where no number is left. */
  takeHint(): string | undefined {
    const number = this.take();
    return number > MAX_FIELD_NUMBER ? undefined : `the next free number is ${number}`;
  }
}

/** From the first number to that before the second. */
interface NumberRange {
  readonly start: number;
  readonly end: number;
}

function listTaken({ proto: { field, extensionRange, reservedRange } }: MessageDefinition): readonly NumberRange[] {
  const ranges = [
    ...field.map(({ number }) => ({ start: number, end: number + 1 })),
    ...extensionRange,
    ...reservedRange,
    { start: RESERVED_FIRST, end: RESERVED_LAST + 1 },
  ];
  return ranges.sort((a, b) => a.start - b.start);
}
