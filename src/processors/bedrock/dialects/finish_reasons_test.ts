import assert from "node:assert/strict";
import { finishReasonOf } from "./messages.ts";

const CASES: readonly (readonly [string, string])[] = [
  // Titan's page has both.
  ["FINISH", "stop"],
  ["FINISHED", "stop"],
  // Cohere's pages have small letters and capitals.
  ["complete", "stop"],
  ["COMPLETE", "stop"],
  ["error_toxic", "content_filter"],
  ["max_tokens", "length"],
  ["MAX_TOKENS", "length"],
  ["TOOL_CALL", "tool_call"],
  ["Something_New", "Something_New"],
];

for (const [reason, word] of CASES) {
  Deno.test(`the reason to stop ${reason} is ${word}`, () => assert.equal(finishReasonOf(reason), word));
}
