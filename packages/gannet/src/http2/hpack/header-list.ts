import type { HeaderField } from "./header-field.ts";

/** The fields of one header or trailer, in order. Immutable: equal blocks may share one. */
export class HeaderList {
  readonly fields: readonly HeaderField[];
  /** As SETTINGS_MAX_HEADER_LIST_SIZE counts it. */
  readonly size: number;
  /**
   * What the layer above made of this list. Lists of equal blocks are one object, so that it is made once for all of
   * them.
   */
  parsed: unknown = undefined;
  /** What the connection found when it looked at the list, likewise. */
  checked: unknown = undefined;

  constructor(fields: readonly HeaderField[], size: number) {
    this.fields = fields;
    this.size = size;
  }

  /** The value of the first field of this name. */
  get(name: string): string | undefined {
    for (const field of this.fields) if (field.name === name) return field.value;
    return undefined;
  }
}
