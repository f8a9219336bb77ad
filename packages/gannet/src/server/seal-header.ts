import { Metadata } from "../core/index.ts";

/** Refuses changes of a header that was sent: they would be lost. */
export function sealHeader(header: Metadata): void {
  Metadata.seal(
    header,
    "the header was sent already: set it before sendHeader() and the first reply, or use call.trailer",
  );
}
