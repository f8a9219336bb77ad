import type { MetadataEntries, Outcome, PeerCall, PeerReply } from "./peer-client.ts";

/** How a call ended, without what came before. */
export interface End {
  readonly code: string;
  readonly reason: string;
  readonly header: MetadataEntries;
  readonly trailer: MetadataEntries;
}

/** Takes the replies of a call as they come, for a case that reads them one by one or all at the end. */
export class ReplyCollector implements PeerCall {
  readonly header: Promise<MetadataEntries>;
  readonly outcome: Promise<Outcome>;
  readonly cancel: () => void;
  readonly #replies: PeerReply[] = [];
  #read = 0;
  #ended = false;
  #wake: (() => void) | undefined;

  /** `run` hands over each reply, and gives the end of the call. */
  constructor(
    header: Promise<MetadataEntries>,
    cancel: () => void,
    run: (onReply: (reply: PeerReply) => void) => Promise<End>,
  ) {
    this.header = header;
    this.cancel = cancel;
    this.outcome = this.#collect(run);
  }

  async #collect(run: (onReply: (reply: PeerReply) => void) => Promise<End>): Promise<Outcome> {
    const end = await run((reply) => {
      this.#replies.push(reply);
      this.#wake?.();
    });
    this.#ended = true;
    this.#wake?.();
    return { ...end, replies: this.#replies };
  }

  async next(): Promise<PeerReply | undefined> {
    for (;;) {
      if (this.#read < this.#replies.length) return this.#replies[this.#read++];
      if (this.#ended) return undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
