import assert from "node:assert/strict";
import { test } from "node:test";
import { Report } from "./report.ts";

function createReport(hasColors?: boolean): { report: Report; said: string[] } {
  const said: string[] = [];
  const stream = { write: (text: string) => said.push(text) };
  const report = new Report(hasColors === undefined ? stream : { ...stream, hasColors: () => hasColors }, "gannet x");
  return { report, said };
}

test("a problem is told with its place, or the command, and what to do", () => {
  const { report, said } = createReport(false);
  report.error({ id: "no-input", message: "nothing is given", hint: "give something" });
  report.warning({ id: "root-missing", place: "a/b", message: "there is no such folder" });
  assert.deepEqual(said, [
    "gannet x: error: nothing is given [no-input]\n  hint: give something\n",
    "a/b: warning: there is no such folder [root-missing]\n",
  ]);
});

test("the count at the end says what was found, and whether that was too much", () => {
  const silent = createReport();
  silent.report.close();
  assert.deepEqual(silent.said, []);
  const { report, said } = createReport(false);
  report.warning({ id: "a", message: "a" });
  report.warning({ id: "b", message: "b" });
  report.close();
  assert.equal(said.pop(), "2 warnings\n");
  report.error({ id: "c", message: "c" });
  report.close();
  assert.equal(said.pop(), "1 error and 2 warnings; nothing was written\n");
  assert.ok(report.hasErrors);
});

test("a terminal that shows colours gets them", () => {
  const { report, said } = createReport(true);
  report.error({ id: "a", message: "a" });
  assert.ok(said.join("").includes(`${String.fromCharCode(27)}[31m`));
});

test("tools get one line for each problem in their format, without colours, and no count", () => {
  const { report, said } = createReport(true);
  report.format = "msvs";
  report.error({ id: "a", place: "a.proto", message: "b" });
  report.format = "json";
  report.error({ id: "a", place: "a.proto", message: "b", hint: "c" });
  report.close();
  assert.deepEqual(said, [
    "a.proto : error: b [a]\n",
    '{"severity":"error","id":"a","message":"b","path":"a.proto","hint":"c"}\n',
  ]);
});
