import assert from "node:assert/strict";
import type { Answers } from "./compose.ts";
import { askFor, type Known } from "./questions.ts";

/** Asks somebody who gives these answers; "" is Enter. */
function ask(
  answers: readonly string[],
  { given = {}, found = {} }: { given?: Partial<Known>; found?: Partial<Answers> } = {},
) {
  const left = [...answers];
  const asked: string[] = [];
  const told: string[] = [];
  const person = {
    ask: (question: string, otherwise: string) => {
      asked.push(question);
      const text = left.shift();
      return text === undefined ? null : text || otherwise;
    },
    tell: (text: string) => void told.push(text),
  };
  const known = askFor({ metrics: false, ...given }, { found, person });
  return { known, asked, told, left };
}

Deno.test("init asks where the logs are, where they go and what may leave, and Enter takes what is offered", () => {
  const { known, left } = ask(["https://sqs/q", "elasticsearch", "https://es:9200", "redacted"]);
  assert.deepEqual(known, {
    metrics: false,
    queueUrl: "https://sqs/q",
    to: "elasticsearch",
    endpoint: "https://es:9200",
    content: "redacted",
  });
  assert.deepEqual(left, []);
  const { known: taken } = ask(["", "", "", "", ""], { found: { bucket: "my-logs" } });
  assert.deepEqual(taken, { metrics: false, bucket: "my-logs", to: "collector", endpoint: undefined, content: "full" });
  const { known: group } = ask(["", "", "", "file", "", ""], { found: { logGroup: "/aws/bedrock" } });
  assert.deepEqual(group, {
    metrics: false,
    logGroup: "/aws/bedrock",
    to: "file",
    endpoint: undefined,
    content: "full",
  });
  assert.equal(ask(["", "", "", "yes", "", "", ""]).known.metrics, true);
});

Deno.test("init does not ask for what a flag says, and asks again for what is no choice", () => {
  const given = { queueUrl: "https://sqs/q", endpoint: "http://x", content: "full" } as const;
  const { known, asked, told } = ask(["elastics", "elastic"], { given });
  assert.equal(known.to, "elastic");
  assert.equal(asked.length, 2);
  assert.deepEqual(told, ["elastics is none of them\n"]);
  assert.deepEqual(ask([], { given: { ...given, to: "apm" } }).asked, []);
});

Deno.test("init asks again for a URL that is none, and takes a reference to a variable", () => {
  const { known, told } = ask(["sqs/q", "https://sqs/q", "collector", "localhost:4318", "${env:OTLP}", ""]);
  assert.deepEqual([known.queueUrl, known.endpoint], ["https://sqs/q", "${env:OTLP}"]);
  assert.deepEqual(told, ["sqs/q is no http:// or https:// URL\n", "localhost:4318 is no http:// or https:// URL\n"]);
});

Deno.test("init stops asking where nobody is", () => {
  assert.throws(() => ask([""]), /there was no answer/);
});
