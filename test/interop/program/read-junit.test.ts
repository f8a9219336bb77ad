import assert from "node:assert/strict";
import { test } from "node:test";
import { readJunit } from "./read-junit.ts";

test("cases are read with their suite, outcome and text", () => {
  const cases = readJunit(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
  <testsuite name="3.5. Preface" package="http2/3.5" id="3.5" tests="2" skipped="1" failures="0" errors="0">
    <testcase package="http2/3.5" classname="Sends client connection preface" time="0.0006"></testcase>
    <testcase package="http2/3.5" classname="Sends an &#34;invalid&#34; preface" time="0.2"><skipped></skipped></testcase>
  </testsuite>
  <testsuite name="4.1. Frame Format" package="http2/4.1" id="4.1" tests="1" skipped="0" failures="1" errors="0">
    <testcase package="http2/4.1" classname="Sends an unknown frame" time="2.0"><failure>expect &lt;PING&gt;&#xA;actual: timeout</failure></testcase>
  </testsuite>
</testsuites>`);
  assert.deepEqual(cases, [
    { name: "Sends client connection preface", suite: "http2/3.5", outcome: "passed", text: "" },
    { name: 'Sends an "invalid" preface', suite: "http2/3.5", outcome: "skipped", text: "" },
    { name: "Sends an unknown frame", suite: "http2/4.1", outcome: "failed", text: "expect <PING>\nactual: timeout" },
  ]);
});
