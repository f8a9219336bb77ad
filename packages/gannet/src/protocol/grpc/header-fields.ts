/** One field of a header, as the layer below gives it. */
export interface Field {
  readonly name: string;
  readonly value: string;
}

/** The fields of a header. Equal headers may be one object: what is made of them is then kept in `parsed`. */
export interface FieldList {
  readonly fields: readonly Field[];
  parsed: unknown;
}

/** Writes fields into a header block. */
export interface FieldWriter {
  /**
   * Writes one field at `offset` and returns the offset behind it.
   *
   * @param isSensitive true for one that must not be kept on the way, whatever its name
   */
  writeField(out: Uint8Array, offset: number, name: string, value: string, isSensitive?: boolean): number;
}
