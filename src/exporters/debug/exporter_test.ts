import assert from "node:assert/strict";
import type { Consumers } from "../../component/component.ts";
import { batchOf, type LogRecord } from "../../component/batch.ts";
import { quietEvents } from "../../../test/world/quiet_events.ts";
import { testGroup, testRecord } from "../../../test/world/records.ts";
import { debugFactory } from "./factory.ts";
import { EndpointFaultError } from "../../component/outcome.ts";

/** What the exporter prints for these records. */
async function printed(records: readonly LogRecord[], settings: Record<string, unknown> = {}): Promise<string> {
  return await printedBy(({ logs }) => logs?.consume(batchOf(records)), settings);
}

async function printedBy(
  consume: (consumers: Consumers) => Promise<void> | undefined,
  settings: Record<string, unknown>,
): Promise<string> {
  const { events } = quietEvents();
  const exporter = debugFactory.create({ id: "debug", config: debugFactory.schema.parse(settings), events });
  const parts: Uint8Array[] = [];
  // As a pipe does that takes a part only.
  using _stdout = replaceWrite((bytes) => {
    const part = bytes.slice(0, 100);
    parts.push(part);
    return part.length;
  });
  await exporter.start();
  await consume(exporter.consumers);
  await exporter.shutdown();
  return new TextDecoder().decode(new Uint8Array(parts.flatMap((part) => [...part])));
}

function replaceWrite(write: (bytes: Uint8Array) => number): Disposable {
  const original = Deno.stdout.writeSync;
  Deno.stdout.writeSync = write;
  return { [Symbol.dispose]: () => Deno.stdout.writeSync = original };
}

const INVOCATION = testRecord({
  attributes: {
    "user.id": "arn:aws:sts::123456789012:assumed-role/app/alice",
    "user.name": "alice",
    "gen_ai.request.model": "anthropic.claude-3-haiku-20240307-v1:0",
    "event.action": "Converse",
    "gen_ai.usage.input_tokens": 12,
    "gen_ai.usage.output_tokens": 345,
    "event.outcome": "success",
    "gen_ai.input.messages": [{ role: "user", parts: [{ type: "text", content: "a prompt" }] }],
  },
});

const BROKEN = testRecord({
  position: 42,
  body: "half a prompt",
  attributes: { "event.kind": "pipeline_error", "error.message": "Cannot read record: it is not JSON" },
});

Deno.test("debug prints one line for each record, without content", async () => {
  assert.equal(
    await printed([INVOCATION, BROKEN]),
    "2025-01-15T00:00:00.500Z  alice  anthropic.claude-3-haiku-20240307-v1:0  Converse  in=12  out=345  success\n" +
      "2025-01-15T00:00:00.500Z  pipeline_error  s3://bucket/key  42  Cannot read record: it is not JSON\n",
  );
});

Deno.test("debug prints the same of a record whose body is the document", async () => {
  const body = {
    user: { id: "arn:aws:sts::123456789012:assumed-role/app/alice" },
    gen_ai: {
      request: { model: { id: "anthropic.claude-3-haiku-20240307-v1:0" } },
      usage: { prompt_tokens: 12, completion_tokens: 345 },
      prompt: "a prompt",
    },
    event: { action: "Converse", outcome: "success" },
  };
  const broken = { event: { kind: "pipeline_error" }, error: { message: "Cannot read record: it is not JSON" } };
  assert.equal(
    await printed([{ ...testRecord(), attributes: {}, body }, {
      ...testRecord({ position: 42 }),
      attributes: {},
      body: broken,
    }]),
    "2025-01-15T00:00:00.500Z  arn:aws:sts::123456789012:assumed-role/app/alice  " +
      "anthropic.claude-3-haiku-20240307-v1:0  Converse  in=12  out=345  success\n" +
      "2025-01-15T00:00:00.500Z  pipeline_error  s3://bucket/key  42  Cannot read record: it is not JSON\n",
  );
});

Deno.test("debug prints all attributes and the body when it is detailed", async () => {
  const text = await printed([INVOCATION, BROKEN], { verbosity: "detailed" });
  assert.match(text, /^2025-01-15T00:00:00\.500Z {2}alice/);
  assert.match(text, /^ {4}gen_ai\.usage\.output_tokens: 345$/m);
  assert.match(text, /^ {4}gen_ai\.input\.messages: \[\{"role":"user",.*"a prompt"/m);
  assert.match(text, /^ {4}body: "half a prompt"$/m);
});

Deno.test("debug prints one line for each request when it is basic", async () => {
  assert.equal(await printed([INVOCATION, BROKEN], { verbosity: "basic" }), "debug: 2 records\n");
});

Deno.test("debug escapes control characters, which could steer the terminal or forge a line", async () => {
  const hostile = "a\u001b[2J\nb\u009b31m\u202e";
  const record = testRecord({
    attributes: { "gen_ai.request.model": hostile, "user.id": hostile, [hostile]: hostile },
  });
  const text = await printed([record], { verbosity: "detailed" });
  assert.equal(text.trimEnd().split("\n").length, 1 + Object.keys(record.attributes).length);
  // deno-lint-ignore no-control-regex
  assert.doesNotMatch(text.replaceAll("\n", ""), /[\u0000-\u001f\u007f-\u009f\u202e]/);
  assert.match(text, /a\\u001b\[2J\\u000ab\\u009b31m\\u202e/);
});

Deno.test("debug takes a closed output for an endpoint fault", async () => {
  const { events } = quietEvents();
  const exporter = debugFactory.create({ id: "debug", config: debugFactory.schema.parse({}), events });
  using _stdout = replaceWrite(() => {
    throw new Deno.errors.BrokenPipe("Broken pipe (os error 32)");
  });
  await assert.rejects(exporter.consumers.logs?.consume(batchOf([INVOCATION])) as Promise<void>, EndpointFaultError);
});

Deno.test("debug prints a line for the metrics of one dimension set and time, detailed also their attributes", async () => {
  const line = "2025-01-15T00:05:00.000Z  cloudwatch  3  invocations=9  latency=9ms\n";
  const show = async (verbosity: string) =>
    await printedBy(({ metrics }) => metrics?.consume(batchOf([testGroup({ position: 3, value: 9 })])), { verbosity });
  assert.equal(await show("normal"), line);
  assert.equal(await show("basic"), "debug: 2 data points\n");
  assert.equal(
    await show("detailed"),
    line + '    model: "model-3"\n    metricset.period: 300000\n',
  );
});
