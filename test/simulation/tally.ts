/** What can go wrong, or be out of the ordinary, in a simulated world. Each has to happen often enough. */
export const FAULTS = [
  "splits",
  "delays",
  "reorderings",
  "stalls",
  "half-closes",
  "drops",
  "refused connections",
  "shutdowns",
  "drains",
  "connections too old",
  "GOAWAYs",
  "keepalive pings",
  "resets of streams",
  "deadlines",
  "cancels by clients",
  "cancels by handlers",
  "errors of handlers",
  "exceptions of handlers",
  "early replies",
  "empty messages",
  "messages larger than their window",
  "compressed calls",
  "calls with metadata",
  "streams that wait for room",
  "refused streams",
  "answers to pings",
  "settings changes",
  "shrunk windows",
  "padded frames",
  "split headers",
] as const;
export type Fault = (typeof FAULTS)[number];

/** Counts what a run had. */
export class Tally {
  readonly faults: Map<Fault, number> = new Map(FAULTS.map((fault) => [fault, 0]));
  readonly statuses: Map<string, number> = new Map();
  readonly kinds: Map<string, number> = new Map();
  readonly others: Map<string, number> = new Map();

  count(fault: Fault, times = 1): void {
    add(this.faults, fault, times);
  }

  countStatus(status: string): void {
    add(this.statuses, status, 1);
  }

  countKind(kind: string): void {
    add(this.kinds, kind, 1);
  }

  countOther(what: string, times = 1): void {
    add(this.others, what, times);
  }

  /** Faults that happened less than `least` times. */
  rareFaults(least: number): Fault[] {
    return FAULTS.filter((fault) => (this.faults.get(fault) ?? 0) < least);
  }

  lines(): string[] {
    const list = (counts: ReadonlyMap<string, number>) =>
      [...counts].map(([name, times]) => `${name} ${times.toLocaleString("en")}`).join(", ");
    return [
      `faults: ${list(this.faults)}`,
      `calls: ${list(this.kinds)}`,
      `statuses: ${list(new Map([...this.statuses].sort(([, one], [, other]) => other - one)))}`,
      `beside: ${list(this.others)}`,
    ];
  }
}

function add<K>(counts: Map<K, number>, key: K, times: number): void {
  counts.set(key, (counts.get(key) ?? 0) + times);
}
