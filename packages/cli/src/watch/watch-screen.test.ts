import assert from "node:assert/strict";
import { test } from "node:test";
import { WatchScreen } from "./watch-screen.ts";

const CLEAR = "\x1b[2J\x1b[3J\x1b[H";

function createScreen(isTTY: boolean): { said: string[]; show: (text: string, ...written: string[]) => void } {
  const said: string[] = [];
  const stream = { write: (text: string) => said.push(text) };
  const screen = new WatchScreen({ ...stream, isTTY }, stream);
  const show = (text: string, ...written: string[]): void => {
    const page = screen.createPage();
    page.stream.write(text);
    page.show({ written, removed: [] }, "watching");
  };
  return { said, show };
}

test("a terminal shows each round in the place of the one before", () => {
  const { said, show } = createScreen(true);
  show("a: error\n");
  show("", "gen/a_pb.ts");
  assert.deepEqual(said, [`${CLEAR}a: error\n`, "watching\n", CLEAR, "wrote gen/a_pb.ts\nwatching\n"]);
});

test("a pipe is given one round behind the other, without anything for terminals", () => {
  const { said, show } = createScreen(false);
  show("a: error\n");
  show("", "gen/a_pb.ts");
  assert.deepEqual(said, ["a: error\n", "watching\n", "wrote gen/a_pb.ts\nwatching\n"]);
});

test("a round that found what the one before did, and wrote nothing, is not shown", () => {
  const { said, show } = createScreen(true);
  show("a: error\n");
  show("a: error\n");
  assert.equal(said.length, 2);
  show("b: error\n");
  assert.equal(said.length, 4);
});

test("a page has the colours of the screen that it is shown on", () => {
  const terminal = { write: () => {}, isTTY: true, depth: 8, hasColors: () => true };
  assert.equal(new WatchScreen(terminal, terminal).createPage().stream.hasColors?.(), true);
  const pipe = { write: () => {} };
  assert.equal(new WatchScreen(pipe, pipe).createPage().stream.hasColors, undefined);
});
