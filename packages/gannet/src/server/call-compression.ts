import type { Compressor } from "../core/index.ts";
import type { MessageSettings, RequestHead } from "../protocol/index.ts";

/** What a call has to do with compression. Made for those calls only that have. */
export class CallCompression {
  /** What requests may be compressed with. */
  readonly ofRequests: Compressor | undefined;
  /** Whether replies are to be compressed; undefined while the handler has not said. */
  compress: boolean | undefined = undefined;
  readonly #settings: MessageSettings;
  readonly #acceptEncoding: string;
  #ofReplies: Compressor | undefined;
  #isChosen: boolean;
  #compressedRequests: WeakSet<object> | undefined;

  /** @param isHeaderSent whether the header has said already that replies are not compressed */
  constructor(settings: MessageSettings, head: RequestHead, isHeaderSent: boolean) {
    this.ofRequests = settings.compressors.get(head.encoding);
    this.#settings = settings;
    this.#acceptEncoding = head.acceptEncoding;
    this.#isChosen = isHeaderSent;
  }

  /** Whether the next reply is to be compressed. */
  get isWanted(): boolean {
    return this.compress ?? this.#settings.compress;
  }

  /** What the header says of the replies; undefined where none will be compressed. Chosen once. */
  chooseForReplies(): Compressor | undefined {
    if (this.#isChosen) return this.#ofReplies;
    this.#isChosen = true;
    // A handler that has said anything of it may say otherwise of a later reply, when it is too late for the header.
    if (this.compress !== undefined || this.#settings.compress)
      this.#ofReplies = this.#settings.compressors.choose(this.#acceptEncoding, this.ofRequests);
    return this.#ofReplies;
  }

  /** A request has come compressed. */
  note(request: object): void {
    this.#compressedRequests ??= new WeakSet();
    this.#compressedRequests.add(request);
  }

  /** Whether this request came compressed. */
  wasCompressed(request: object): boolean {
    return this.#compressedRequests?.has(request) === true;
  }
}
