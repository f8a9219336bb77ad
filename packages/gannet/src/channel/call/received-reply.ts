/** A reply that nobody has asked for yet. */
export interface ReceivedReply {
  /** Or its bytes: it takes no more room than it did, until it is asked for. */
  readonly message: object;
  readonly form: "decoded" | "bytes" | "compressed";
  readonly byteLength: number;
}
