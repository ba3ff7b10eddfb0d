import assert from "node:assert/strict";
import type { Part } from "./messages.ts";
import { setBegunThoughtsApart, withThoughtsApart } from "./reasoning_tags.ts";

const thought = (content: string): Part => ({ type: "reasoning", content });
const text = (content: string): Part => ({ type: "text", content });

const CASES: readonly (readonly [string, readonly Part[]])[] = [
  ["Hello", [text("Hello")]],
  ["<reasoning>It is a greeting.</reasoning>Hello", [thought("It is a greeting."), text("Hello")]],
  ["<thinking> Look it up. </thinking>\n\nI will.", [thought("Look it up."), text("I will.")]],
  ["\n<think>\nHm\n</think>\n\nYes", [thought("Hm"), text("Yes")]],
  ["<thinking>Only thoughts</thinking>", [thought("Only thoughts")]],
  ["<reasoning>Cut in the mid", [thought("Cut in the mid")]],
  ["<thinking>A</thinking><thinking>B</thinking>C", [thought("A"), thought("B"), text("C")]],
  ["<Thinking>Hm</THINKING>Hi", [thought("Hm"), text("Hi")]],
  ['<reasoning effort="high">Hm</reasoning>Hi', [thought("Hm"), text("Hi")]],
  ["<thinkings>Hm</thinkings>Hi", [text("<thinkings>Hm</thinkings>Hi")]],
  ["<thinking></thinking>Hi", [text("Hi")]],
  ["<think>\n\n</think>\n\nHi", [text("Hi")]],
  ["<think></think>", [text("<think></think>")]],
  ["Write <thinking> before the answer", [text("Write <thinking> before the answer")]],
  ["<thinking>It says </reasoning> here.</thinking>Hi", [thought("It says </reasoning> here."), text("Hi")]],
];

for (const [content, parts] of CASES) {
  Deno.test(`the answer ${JSON.stringify(content)} has ${parts.length} part(s)`, () =>
    assert.deepEqual(withThoughtsApart([text(content)]), parts));
}

Deno.test("a long text that begins like thoughts and never ends costs no more than its length", () => {
  const long = "<think>" + "<think>".repeat(200_000);
  assert.equal(withThoughtsApart([text(long)]).length, 1);
});

const BEGUN: readonly (readonly [prompt: string, answer: string, parts: readonly Part[]])[] = [
  ["<｜User｜>Hi<｜Assistant｜><think>\n", "A greeting.\n</think>\n\nHello", [thought("A greeting."), text("Hello")]],
  ["Hi <think>", "</think>Hello", [text("Hello")]],
  ["Hi <think>", "No end", [text("No end")]],
  ["What does <think> mean?", "It ends with </think>", [text("It ends with </think>")]],
];

for (const [prompt, content, parts] of BEGUN) {
  Deno.test(`after ${JSON.stringify(prompt)} the answer ${JSON.stringify(content)} has ${parts.length} part(s)`, () => {
    const answer = { role: "assistant", parts: [text(content)] };
    setBegunThoughtsApart([answer], [{ role: "user", parts: [text(prompt)] }]);
    assert.deepEqual(answer.parts, parts);
  });
}
