/** What can stand in a list of calls. */
export interface ListedCall<C> {
  next: C | undefined;
  previous: C | undefined;
}

/** The calls of a connection, each linked to its neighbours: http2/connection/stream-map.ts says why it is no Set. */
export class CallList<C extends ListedCall<C>> {
  #first: C | undefined;
  #last: C | undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(call: C): void {
    call.previous = this.#last;
    if (this.#last === undefined) this.#first = call;
    else this.#last.next = call;
    this.#last = call;
    this.#size++;
  }

  /** Does nothing for a call that is not in it. */
  remove(call: C): void {
    const { previous, next } = call;
    if (previous === undefined && this.#first !== call) return;
    if (previous === undefined) this.#first = next;
    else previous.next = next;
    if (next === undefined) this.#last = previous;
    else next.previous = previous;
    call.previous = undefined;
    call.next = undefined;
    this.#size--;
  }

  /** All of them in the order of their coming: a copy, as to end one takes it out. */
  all(): C[] {
    const found: C[] = [];
    for (let call = this.#first; call !== undefined; call = call.next) found.push(call);
    return found;
  }
}
