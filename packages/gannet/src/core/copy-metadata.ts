import { Metadata, type MetadataInit } from "./metadata.ts";
import { misuse } from "./misuse.ts";

/** What a client says of itself: that of another one, whose call is passed on, is not repeated. */
const OWN_KEYS: readonly string[] = ["user-agent", "host"];

/**
 * A copy of what a call is to send, as it may be sent later than its metadata is changed.
 *
 * @throws TypeError for what is no metadata, or has a key or value that gRPC does not allow
 */
export function copyMetadata(init: MetadataInit): Metadata {
  if (init instanceof Metadata) {
    const copy = new Metadata(init);
    for (const key of OWN_KEYS) if (copy.has(key)) copy.delete(key);
    return copy;
  }
  // A Map or Headers has no keys of its own: what is in it would go missing without a word.
  if (typeof init !== "object" || init === null || Symbol.iterator in init) {
    // What it is, not what is in it: it may be a secret.
    const what = Object.prototype.toString.call(init).slice(8, -1);
    throw misuse(TypeError, "GANNET_INVALID_OPTION", `metadata is a Metadata or a plain object, not ${what}`);
  }
  return new Metadata(init);
}
