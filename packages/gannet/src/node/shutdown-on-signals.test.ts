import assert from "node:assert/strict";
import { test } from "node:test";
import { type ShutsDown, type SignalOptions, shutdownOnSignals } from "./shutdown-on-signals.ts";

/** No signal that ends this process where nobody listens. */
const SIGNAL = "SIGHUP";
const OPTIONS: SignalOptions = { signals: [SIGNAL], exitMs: Number.POSITIVE_INFINITY };

/** A server that notes when it is shut down, and is done when told so. */
class NotedServer implements ShutsDown {
  readonly graces: number[] = [];
  finish: () => void = () => {};

  shutdown({ graceMs }: { readonly graceMs: number }): Promise<void> {
    this.graces.push(graceMs);
    return new Promise((resolve) => {
      this.finish = resolve;
    });
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("a signal shuts all servers down, and then what they used", async () => {
  const [one, other] = [new NotedServer(), new NotedServer()];
  let isDown = false;
  const onShutdown = (): void => {
    isDown = true;
  };
  shutdownOnSignals([one, other], { ...OPTIONS, graceMs: 500, onShutdown });
  process.emit(SIGNAL);
  assert.deepEqual([one.graces, other.graces], [[500], [500]]);
  assert.equal(process.listenerCount(SIGNAL), 0, "the next signal has its usual effect");
  one.finish();
  await turn();
  assert.ok(!isDown);
  other.finish();
  await turn();
  assert.ok(isDown);
});

test("a server has 25 seconds unless told otherwise", () => {
  const server = new NotedServer();
  shutdownOnSignals(server, OPTIONS);
  process.emit(SIGNAL);
  assert.deepEqual(server.graces, [25_000]);
});

test("what it returns stops listening", () => {
  const server = new NotedServer();
  const stop = shutdownOnSignals(server, OPTIONS);
  assert.equal(process.listenerCount(SIGNAL), 1);
  stop();
  stop();
  assert.equal(process.listenerCount(SIGNAL), 0);
});

test("options that are none are refused", () => {
  const server = new NotedServer();
  assert.throws(() => shutdownOnSignals(server, { grace: 5 } as object), /did you mean graceMs/);
  assert.throws(() => shutdownOnSignals(server, { graceMs: -1 }), /graceMs is a number, 0 or more, not -1/);
  assert.throws(() => shutdownOnSignals(server, { exitMs: Number.NaN }), /exitMs is a number/);
  assert.equal(process.listenerCount(SIGNAL), 0);
});
