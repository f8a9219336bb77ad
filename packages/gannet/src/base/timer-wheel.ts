import type { Clock, Timer } from "./clock.ts";

/** How coarse the wheel is: a target is told up to this much later than asked, plus what the event loop adds. */
const TICK_MS = 8;
const SLOTS = 64;
/** Ticks that one slot of each level spans: 8 ms, 0.5 s, 33 s, 35 min. Later ones go round the last level again. */
const SPANS = [1, SLOTS, SLOTS ** 2, SLOTS ** 3] as const;
const FARTHEST = SLOTS ** 4 - 1;

/** Told that its time has come. */
export interface WheelTarget {
  onDeadline(): void;
}

/** An entry of a wheel, in the list of its slot. */
export class WheelTimer {
  /** Undefined once it has come or was cancelled. */
  next: WheelTimer | undefined;
  previous: WheelTimer | undefined;
  readonly tick: number;
  readonly target: WheelTarget | undefined;
  readonly #wheel: TimerWheel | undefined;

  constructor(tick: number, target: WheelTarget | undefined, wheel: TimerWheel | undefined) {
    this.tick = tick;
    this.target = target;
    this.#wheel = wheel;
  }

  /** Does nothing once the time has come. */
  cancel(): void {
    if (unlink(this)) this.#wheel?.onRemoved();
  }
}

/**
 * Many timers over one of the clock's, for deadlines: they are added and cancelled in constant time, never come early,
 * and come at most some milliseconds late. A hierarchical timing wheel (Varghese and Lauck, 1987) that sleeps until the
 * next slot with something in it. It keeps the process alive while there is something to wait for.
 */
export class TimerWheel {
  readonly #clock: Clock;
  /** Heads of circular lists, by level and slot; made when first used. */
  readonly #heads: (WheelTimer | undefined)[] = [];
  /** Everything up to here has come. */
  #tick = 0;
  #size = 0;
  #timer: Timer | undefined;
  /** When `#timer` comes. */
  #wakeTick = Number.POSITIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How many timers are waiting. */
  get size(): number {
    return this.#size;
  }

  /** The time on the clock beneath. */
  now(): number {
    return this.#clock.now();
  }

  /** Tells `target` once the clock shows `instant`; soon, where that has passed. */
  schedule(instant: number, target: WheelTarget): WheelTimer {
    if (this.#size === 0) this.#tick = Math.floor(this.#clock.now() / TICK_MS);
    const timer = new WheelTimer(Math.max(Math.ceil(instant / TICK_MS), this.#tick + 1), target, this);
    const wakeTick = this.#place(timer);
    if (++this.#size === 1) this.#timer?.ref();
    if (wakeTick < this.#wakeTick) this.#arm(wakeTick);
    return timer;
  }

  /** Called by a timer that left its list. */
  onRemoved(): void {
    // The timer beneath stays: with one call after the other it would be made anew for each.
    if (--this.#size === 0) this.#timer?.unref();
  }

  /** Puts a timer in its slot, and returns the tick at which that has to be looked at. */
  #place(timer: WheelTimer): number {
    const tick = Math.min(timer.tick, this.#tick + FARTHEST);
    const delta = tick - this.#tick;
    const level = delta < SLOTS ? 0 : delta < SLOTS ** 2 ? 1 : delta < SLOTS ** 3 ? 2 : 3;
    const span = SPANS[level] ?? 1;
    const turn = Math.floor(tick / span);
    const index = level * SLOTS + (turn % SLOTS);
    const head = this.#heads[index] ?? createHead();
    this.#heads[index] = head;
    append(head, timer);
    return turn * span;
  }

  #arm(tick: number): void {
    this.#timer?.cancel();
    this.#wakeTick = tick;
    this.#timer = this.#clock.setTimer(Math.max(0, tick * TICK_MS - this.#clock.now()), () => this.#onWake());
  }

  #onWake(): void {
    this.#timer = undefined;
    this.#wakeTick = Number.POSITIVE_INFINITY;
    const now = Math.floor(this.#clock.now() / TICK_MS);
    try {
      this.#advance(now);
    } finally {
      const next = this.#nextTick();
      if (this.#size > 0 && next < this.#wakeTick) this.#arm(next);
    }
  }

  #advance(now: number): void {
    for (let next = this.#nextTick(); next <= now; next = this.#nextTick()) {
      this.#tick = next;
      for (let level = SPANS.length - 1; level > 0; level--) this.#cascade(level);
      const head = this.#heads[next % SLOTS];
      for (let due = head?.next; due !== undefined && due !== head; due = head?.next) {
        due.cancel();
        due.target?.onDeadline();
        // A target that emptied the wheel and added again has moved it on.
        if (this.#tick !== next) break;
      }
    }
    if (this.#tick < now) this.#tick = now;
  }

  /** Moves what is in the slot that starts now to finer ones. */
  #cascade(level: number): void {
    const span = SPANS[level] ?? 1;
    if (this.#tick % span !== 0) return;
    const index = level * SLOTS + ((this.#tick / span) % SLOTS);
    const head = this.#heads[index];
    if (head === undefined) return;
    // A fresh head: what goes round once more comes back to this slot.
    this.#heads[index] = undefined;
    for (let timer = head.next; timer !== undefined && timer !== head; timer = head.next) {
      unlink(timer);
      this.#place(timer);
    }
  }

  /** The next tick at which a slot has to be looked at. */
  #nextTick(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const [level, span] of SPANS.entries()) {
      const turn = Math.floor(this.#tick / span);
      for (let ahead = 1; ahead <= SLOTS; ahead++) {
        const head = this.#heads[level * SLOTS + ((turn + ahead) % SLOTS)];
        if (head === undefined || head.next === head) continue;
        next = Math.min(next, (turn + ahead) * span);
        break;
      }
    }
    return next;
  }
}

function createHead(): WheelTimer {
  const head = new WheelTimer(0, undefined, undefined);
  head.next = head;
  head.previous = head;
  return head;
}

function append(head: WheelTimer, timer: WheelTimer): void {
  const last = head.previous ?? head;
  timer.previous = last;
  timer.next = head;
  last.next = timer;
  head.previous = timer;
}

/** False where it is in no list. */
function unlink(timer: WheelTimer): boolean {
  const { previous, next } = timer;
  if (previous === undefined || next === undefined) return false;
  previous.next = next;
  next.previous = previous;
  timer.previous = undefined;
  timer.next = undefined;
  return true;
}
