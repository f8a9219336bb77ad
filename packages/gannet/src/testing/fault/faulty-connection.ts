import type { Clock, Timer } from "../../base/index.ts";
import type { ConnectedPipe, PipeListener } from "../../net/index.ts";
import type { Direction, NetworkFaults } from "./network-faults.ts";
import type { SeededRandom } from "./seeded-random.ts";

/** What a connection needs of the network that it goes through. */
export interface FaultSource {
  readonly faults: NetworkFaults;
  readonly clock: Clock;
  readonly random: SeededRandom;
}

/** A connection that goes through a network: what comes from one side is carried to the other, with faults. */
export class FaultyConnection {
  readonly #client: ConnectedPipe;
  readonly #server: ConnectedPipe;
  readonly #requests: OneWay;
  readonly #replies: OneWay;
  readonly #onOver: () => void;

  /** @param onOver told when both directions have ended */
  constructor(network: FaultSource, client: ConnectedPipe, server: ConnectedPipe, onOver: () => void) {
    this.#client = client;
    this.#server = server;
    this.#requests = new OneWay(network, "requests", client, server, () => this.#onEnded());
    this.#replies = new OneWay(network, "replies", server, client, () => this.#onEnded());
    this.#onOver = onOver;
  }

  open(): void {
    this.#client.attach(this.#requests);
    this.#server.attach(this.#replies);
  }

  /** The network has other faults now. */
  onChange(): void {
    this.#requests.move();
    this.#replies.move();
  }

  /** Ends it now. What was on its way is lost. */
  cut(): void {
    this.#client.destroy();
    this.#server.destroy();
    this.#requests.stop();
    this.#replies.stop();
    this.#onOver();
  }

  #onEnded(): void {
    if (this.#requests.isOver && this.#replies.isOver) this.#onOver();
  }
}

interface Piece {
  readonly bytes: Uint8Array;
  /** When it has been long enough on its way. */
  readonly at: number;
}

/** One direction of a connection. Bytes arrive in their order, whatever is changed meanwhile. */
class OneWay implements PipeListener {
  readonly #network: FaultSource;
  readonly #direction: Direction;
  readonly #from: ConnectedPipe;
  readonly #to: ConnectedPipe;
  readonly #onOver: () => void;
  #pieces: Piece[] = [];
  #timer: Timer | undefined;
  #isTurnAwaited = false;
  #isEnded = false;
  #arrivedBytes = 0;
  isOver = false;

  constructor(network: FaultSource, direction: Direction, from: ConnectedPipe, to: ConnectedPipe, onOver: () => void) {
    this.#network = network;
    this.#direction = direction;
    this.#from = from;
    this.#to = to;
    this.#onOver = onOver;
  }

  receive(chunk: Uint8Array): void {
    const { faults, clock, random } = this.#network;
    const at = clock.now() + (faults.latencyMs ?? 0);
    const most = faults.maxPieceBytes ?? chunk.length;
    for (let start = 0; start < chunk.length; ) {
      const end = Math.min(chunk.length, start + (faults.maxPieceBytes === undefined ? most : random.upTo(most)));
      this.#pieces.push({ bytes: Uint8Array.prototype.slice.call(chunk, start, end), at });
      start = end;
    }
    this.move();
  }

  onPipeEnd(): void {
    this.#isEnded = true;
    this.move();
  }

  flush(): void {}
  onDrain(): void {}

  /** Carries over what may arrive now, and sees to the rest. */
  move(): void {
    while (!this.isOver && this.#timer === undefined && !this.#isTurnAwaited) {
      const { faults, clock } = this.#network;
      if (faults.stalled?.includes(this.#direction)) return;
      const piece = this.#pieces[0];
      if (piece === undefined) {
        if (this.#isEnded) this.#finish();
        return;
      }
      const waitMs = piece.at - clock.now();
      if (waitMs > 0) {
        this.#timer = clock.setTimer(waitMs, () => {
          this.#timer = undefined;
          this.move();
        });
        return;
      }
      this.#pieces.shift();
      this.#arrive(piece.bytes);
      if (faults.maxPieceBytes !== undefined) this.#awaitTurn();
    }
  }

  stop(): void {
    this.isOver = true;
    this.#pieces = [];
    this.#timer?.cancel();
  }

  #arrive(bytes: Uint8Array): void {
    const { maxRequestBytes, maxReplyBytes } = this.#network.faults;
    const most = (this.#direction === "requests" ? maxRequestBytes : maxReplyBytes) ?? Number.POSITIVE_INFINITY;
    const room = Math.max(0, most - this.#arrivedBytes);
    const taken = bytes.subarray(0, room);
    this.#arrivedBytes += taken.length;
    if (taken.length > 0) this.#to.writeOwned(taken);
    if (bytes.length < room) return;
    // What has arrived may still be read; the sender hears nothing more.
    this.#finish();
    this.#from.destroy();
  }

  #finish(): void {
    this.stop();
    this.#to.end();
    this.#onOver();
  }

  #awaitTurn(): void {
    this.#isTurnAwaited = true;
    setImmediate(() => {
      this.#isTurnAwaited = false;
      this.move();
    });
  }
}
