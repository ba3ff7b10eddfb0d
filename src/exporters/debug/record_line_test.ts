import assert from "node:assert/strict";
import { testRecord } from "../../../test/world/records.ts";
import { recordLine } from "./record_line.ts";

const RECORD = testRecord({
  attributes: {
    "user.name": "marek.novotny",
    "gen_ai.request.model": "us.anthropic.claude-sonnet-4-20250514-v1:0",
    "event.action": "InvokeModelWithResponseStream",
    "gen_ai.usage.input_tokens": 1702,
    "gen_ai.usage.output_tokens": 143,
    "event.outcome": "failure",
    "error.code": "ThrottlingException",
  },
});

Deno.test("a line that is too long loses of the model first, then the date, and never what became of it", () => {
  const line = (columns?: number) => recordLine(RECORD, columns === undefined ? {} : { columns });
  assert.match(line(), /^\S+Z {2}marek\.novotny {2}us\.anthropic\.claude-sonnet-4-20250514-v1:0 {2}InvokeModelWith/);
  const whole = line().length;
  assert.match(line(whole - 1), /^\S+Z {2}marek\.novotny {2}anthropic\.claude-sonnet-4-20250514 {2}InvokeModelWithR/);
  assert.match(line(whole - 9), /^\S+Z {2}marek\.novotny {2}claude-sonnet-4 {2}InvokeModelWithResponseStream /);
  assert.match(line(120), /^\d\d:\d\d:\d\d {2}marek\.novotny {2}claude-sonnet-4 {2}InvokeModelWithResponseStream /);
  for (let columns = 40; columns <= whole; columns++) {
    const text = line(columns);
    assert.ok(text.length <= Math.max(columns, 86), text);
    assert.match(text, / {2}failure {2}ThrottlingException$/);
  }
});
