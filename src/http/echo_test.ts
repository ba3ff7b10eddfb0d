import assert from "node:assert/strict";
import { withoutEcho } from "./echo.ts";

const PROMPT = 'Our rival Initech will buy\n"Globex" for 4711 dollars, says agent 007. Unable to read your document';
const request = `\x12\x08 gen_ai.input.messages ${
  JSON.stringify([{ role: "user", parts: [{ content: PROMPT }] }])
} \x01`;
const isName = (word: string) => ["gen", "ai", "messages"].includes(word);

const cut = (text: string) => withoutEcho(text, { request, isName });

Deno.test("what an endpoint says for itself stays as it is", () => {
  for (
    const text of [
      "failed to parse field [gen_ai.input.messages] of type [long] in document with id bWq3",
      "request size 9000000 exceeds limit of 4194304",
      "EsRejectedExecutionException: rejected execution of coordinating operation [limit=512]",
      "[1:2345] object depth exceeded",
    ]
  ) assert.equal(cut(text), text);
});

Deno.test("nothing of a prompt stays in what an endpoint echoes, however it writes it", () => {
  const forms = [
    PROMPT,
    PROMPT.toUpperCase(),
    JSON.stringify(PROMPT),
    JSON.stringify(JSON.stringify(PROMPT)),
    encodeURIComponent(PROMPT),
    PROMPT.replaceAll(" ", ", "),
    PROMPT.slice(3, -3),
    PROMPT.split(" ").reverse().join(" "),
    btoa(PROMPT),
  ];
  for (const form of forms) {
    const text = cut(`illegal_argument_exception: cannot store ${form}`);
    assert.match(text, /^illegal_argument_exception: cannot store/);
    assert.doesNotMatch(text, /rival|initech|buy|globex|4711|dollars|agent|007|says/i);
  }
  assert.equal(cut("cannot read: unable to read your document"), "cannot read: …");
});

Deno.test("what is not printable is cut", () => {
  assert.equal(cut("bad \u0000\u0007\ufffd\u202e body 秘密 é"), "bad … body …");
});

Deno.test("a long text is looked through in no time, and its end is cut", () => {
  assert.ok(cut("wxyz ".repeat(100_000)).length <= 501);
});
