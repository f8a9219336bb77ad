import { GrpcError } from "../../core/index.ts";
import { codeOfHttpStatus, type ResponseHead } from "../../protocol/index.ts";

/** How much of it goes into the error. */
const QUOTED_BYTES = 256;

/** An answer that is not gRPC: a proxy's page, or what some other server has to say. */
export class ForeignAnswer {
  readonly #head: ResponseHead;
  #body = "";

  constructor(head: ResponseHead) {
    this.#head = head;
  }

  /** Whether more of the body would not be quoted. */
  get isQuoted(): boolean {
    return this.#body.length === QUOTED_BYTES;
  }

  /** A part of the body. */
  quote(bytes: Uint8Array, start: number, end: number): void {
    const text = Buffer.from(bytes.subarray(start, Math.min(end, start + QUOTED_BYTES))).toString("latin1");
    this.#body = (this.#body + text).slice(0, QUOTED_BYTES);
  }

  /** What the call fails with. */
  get error(): GrpcError {
    const { httpStatus, contentType } = this.#head;
    const type = contentType === "" ? "no content-type" : `content-type ${contentType}`;
    const body = this.#body.replace(/[^\x20-\x7e]+/g, " ").trim();
    const quote = body === "" ? "" : `: ${body}`;
    return new GrpcError(
      codeOfHttpStatus(httpStatus),
      `the server answered with HTTP status ${httpStatus} and ${type}, not with gRPC${quote}`,
    );
  }
}
