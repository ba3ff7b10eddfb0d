import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { gzipSync } from "node:zlib";
import FakeTimers from "@sinonjs/fake-timers";
import { ObjectUnreadableError } from "../../../decode/object_error.ts";
import { DataFaultError } from "../../../component/outcome.ts";
import { received, sampleText, sampleWith, tableProblems } from "../../../../test/world/bedrock_records.ts";
import {
  ANSWER,
  bomb,
  INPUT_KEY,
  joining,
  MemorySource,
  OUTPUT_KEY,
  PROMPT,
  promptOf,
  recordBeside,
  REQUEST_ID,
} from "./testing.ts";

/** Time that passes on command; whatever else is awaited goes on by itself. */
function fakeClock() {
  const clock = FakeTimers.install({
    now: 1_800_000_000_000,
    toFake: ["setTimeout", "clearTimeout", "Date", "performance"],
  });
  return {
    putRight: (byMs: number) => clock.setSystemTime(Date.now() + byMs),
    async pass(ms: number) {
      for (let left = ms; left > 0; left -= 100) await clock.tickAsync(Math.min(left, 100));
    },
    [Symbol.dispose]: () => clock.uninstall(),
  };
}

function inMembers(text: string): Uint8Array {
  return Buffer.concat([gzipSync(text.slice(0, 20)), gzipSync(text.slice(20))]);
}

const MODES = ["ecs", "integration", "otel", "raw"] as const;

/** The sample as it would have been logged with its bodies. */
function inlineText(): string {
  return sampleWith("large_bodies", {}, { request: PROMPT, response: ANSWER });
}

/** What leaves for the sample with these companions. */
async function joined(source: MemorySource, settings: Record<string, unknown> = {}) {
  const { consume, sink, events, lines, flowControl } = joining(settings);
  await consume([recordBeside(source)]);
  assert.equal(sink.records.length, 1);
  assert.equal(flowControl.budget.usedBytes, 0);
  assert.equal(source.open, 0);
  const [record] = sink.records;
  assert.ok(record !== undefined);
  return { record, attributes: record.attributes, events, lines };
}

for (const mapping of MODES) {
  for (const content of ["full", "metadata_only", "redacted"]) {
    Deno.test(`joined bodies are mapped as if they had been logged inline: ${mapping}, ${content}`, async () => {
      const settings = { mapping, content };
      const { record } = await joined(new MemorySource(), settings);
      const { consume, sink: { records } } = joining(settings);
      await consume([received(inlineText())]);
      const { body, attributes, severityText, hrTime, sizeBytes } = record;
      const expected = records[0];
      assert.deepEqual(
        { body, attributes, severityText, hrTime, sizeBytes },
        {
          body: expected?.body,
          attributes: expected?.attributes,
          severityText: expected?.severityText,
          hrTime: expected?.hrTime,
          sizeBytes: expected?.sizeBytes,
        },
      );
      assert.deepEqual(tableProblems(record, mapping), []);
    });
  }
}

Deno.test("a record with joined bodies has messages, token counts, sizes and its paths", async () => {
  const { attributes, record } = await joined(new MemorySource());
  assert.deepEqual(attributes["gen_ai.input.messages"], [
    { role: "user", parts: [{ type: "text", content: "What is in it?" }] },
  ]);
  assert.equal(attributes["aws_bedrock.invocation.output.completion_text"], "Everything.");
  assert.equal(attributes["gen_ai.usage.input_tokens"], 45_000);
  assert.equal(attributes["aws_bedrock.invocation.input.body_size"], JSON.stringify(PROMPT).length);
  assert.match(String(attributes["aws_bedrock.invocation.input.body_s3_path"]), new RegExp(`/${INPUT_KEY}$`));
  assert.equal("error.message" in attributes, false);
  assert.equal(record.origin.sizeBytes, Buffer.byteLength(inlineText()));
});

Deno.test("metadata_only lets of a joined body only out what it lets of an inline one", async () => {
  const secret = { ...ANSWER, content: [{ type: "text", text: "my-secret" }] };
  for (const mapping of MODES) {
    const source = new MemorySource({ [INPUT_KEY]: { messages: "my-secret" }, [OUTPUT_KEY]: secret });
    const { record, lines } = await joined(source, { mapping, content: "metadata_only" });
    assert.equal(JSON.stringify([record.attributes, record.body ?? "", lines]).includes("my-secret"), false, mapping);
  }
});

Deno.test("mode reference reads nothing, nor does a record that is left out", async () => {
  for (const settings of [{ bodies: { mode: "reference" } }, { exclude: { operations: ["InvokeModel"] } }]) {
    const source = new MemorySource();
    const { consume, sink } = joining(settings);
    await consume([recordBeside(source)]);
    assert.deepEqual(source.asked, []);
    assert.equal(sink.records.length, "exclude" in settings ? 0 : 1);
    assert.equal(sink.records.some(({ attributes }) => "error.message" in attributes), false);
  }
});

Deno.test("a body of another form is joined as what it is", async () => {
  const cases: readonly (readonly [stored: Uint8Array, kept: string])[] = [
    [gzipSync(`\ufeff${JSON.stringify(promptOf("é"), undefined, 2)}\n`), "é"],
    [Buffer.from(JSON.stringify(promptOf("plain, no gzip"))), "plain, no gzip"],
    [inMembers(JSON.stringify(promptOf("in two members"))), "in two members"],
  ];
  for (const [stored, prompt] of cases) {
    const { attributes } = await joined(new MemorySource({ [INPUT_KEY]: stored, [OUTPUT_KEY]: ANSWER }));
    assert.match(JSON.stringify(attributes["gen_ai.input.messages"]), new RegExp(prompt));
  }
  const noJson = await joined(new MemorySource({ [INPUT_KEY]: gzipSync("no JSON"), [OUTPUT_KEY]: ANSWER }));
  assert.equal(noJson.attributes["aws_bedrock.invocation.input.body"], "no JSON");
  const binary = Buffer.from([0xff, 0xfe, 0, 1, 2]);
  const noText = await joined(new MemorySource({ [INPUT_KEY]: binary, [OUTPUT_KEY]: ANSWER }));
  assert.equal(noText.attributes["aws_bedrock.invocation.input.body"], binary.toString("base64"));
});

Deno.test("a body cannot write into the record around it", async () => {
  const hostile = '{"prompt":"p"}},"requestId":"forged","x":{"y":{}';
  for (const mapping of ["ecs", "raw"]) {
    const source = new MemorySource({ [INPUT_KEY]: gzipSync(hostile), [OUTPUT_KEY]: ANSWER });
    const { record } = await joined(source, { mapping });
    if (mapping === "ecs") assert.equal(record.attributes["event.id"], REQUEST_ID);
    else assert.equal(JSON.parse(String(record.body)).requestId, REQUEST_ID);
  }
});

const REFUSALS = [
  ["other_bucket", { bucket: "elsewhere" }],
  ["other_key", { requestId: "00000018-1111-4222-8333-000000000018" }],
  ["bad_path", { folder: "a/../b/data" }],
] as const;

for (
  const [reason, { bucket = "example-bedrock-logs", requestId = REQUEST_ID, folder = "x/data" }]
    of REFUSALS as readonly (readonly [string, { bucket?: string; requestId?: string; folder?: string }])[]
) {
  Deno.test(`a body that may not be read is counted and stays a reference: ${reason}`, async () => {
    const log = JSON.parse(sampleText("large_bodies"));
    log.input.inputBodyS3Path = `s3://${bucket}/${folder}/${requestId}_input.json.gz`;
    const source = new MemorySource();
    const { consume, sink, events, lines } = joining();
    await consume([recordBeside(source, { text: JSON.stringify(log) })]);

    assert.deepEqual(source.asked, [`${source.bucket}/${OUTPUT_KEY}`]);
    assert.equal(events.count("bedrock.bodies_not_joined", reason), 1);
    const attributes = sink.records[0]?.attributes;
    assert.match(String(attributes?.["error.message"]), /^Cannot join the input body: its \w+ /);
    assert.equal(attributes?.["aws_bedrock.invocation.input.body_s3_path"], log.input.inputBodyS3Path);
    assert.equal(attributes?.["aws_bedrock.invocation.output.completion_text"], "Everything.");
    assert.match(lines.join(""), /body\.not_joined/);
  });
}

Deno.test("allowed_buckets opens other buckets", async () => {
  const log = JSON.parse(sampleText("large_bodies"));
  log.input.inputBodyS3Path = `s3://elsewhere/${INPUT_KEY}`;
  const source = new MemorySource();
  const { consume, sink } = joining({ bodies: { allowed_buckets: ["elsewhere"] } });
  await consume([recordBeside(source, { text: JSON.stringify(log) })]);
  assert.equal(source.asked[0], `elsewhere/${INPUT_KEY}`);
  assert.equal("error.message" in (sink.records[0]?.attributes ?? {}), false);
});

Deno.test("what can never be read is final at once, with its reason, and the other body is joined", async () => {
  const unreadable = (reason: ObjectUnreadableError["reason"]) => new ObjectUnreadableError("no", { reason });
  const cases: readonly (readonly [unknown, string, RegExp])[] = [
    [undefined, "missing", /it does not exist/],
    [unreadable("forbidden"), "forbidden", /access is denied/],
    [unreadable("no_bucket"), "no_bucket", /bucket does not exist/],
    [unreadable("unavailable"), "unavailable", /archived/],
    [gzipSync(JSON.stringify(PROMPT)).subarray(0, 40), "damaged", /damaged gzip/],
  ];
  for (const [content, reason, message] of cases) {
    const source = new MemorySource({ [INPUT_KEY]: content, [OUTPUT_KEY]: ANSWER });
    const { attributes, events } = await joined(source);
    assert.deepEqual(source.asked.length, 2, reason);
    assert.equal(events.count("bedrock.bodies_not_joined", reason), 1, reason);
    assert.match(String(attributes["error.message"]), message);
    assert.equal(attributes["aws_bedrock.invocation.output.completion_text"], "Everything.");
  }
});

Deno.test("a missing body and an unreadable timestamp are both reported", async () => {
  const log = { ...JSON.parse(sampleText("large_bodies")), timestamp: "yesterday" };
  const { consume, sink } = joining();
  await consume([recordBeside(new MemorySource({}), { text: JSON.stringify(log) })]);
  assert.equal(
    sink.records[0]?.attributes["error.message"],
    "Cannot join the input body: it does not exist; Cannot join the output body: it does not exist; " +
      "Cannot read the record's timestamp: it is no time from 1970 to 2262",
  );
});

Deno.test("a body is as long as max_body_size, and no longer", async () => {
  const body = JSON.stringify(promptOf("p".repeat(5000)));
  for (const [maxBytes, isJoined] of [[body.length, true], [body.length - 1, false]] as const) {
    const source = new MemorySource({ [INPUT_KEY]: gzipSync(body), [OUTPUT_KEY]: ANSWER });
    const { attributes, events } = await joined(source, { bodies: { max_body_size: `${maxBytes}B` } });
    assert.equal(attributes["gen_ai.input.messages"] !== undefined, isJoined);
    assert.equal(events.count("bedrock.bodies_not_joined", "too_large"), isJoined ? 0 : 1);
    if (!isJoined) assert.match(String(attributes["error.message"]), /longer than max_body_size \(\d+ bytes\)/);
  }
});

Deno.test("of a gzip bomb little more than max_body_size is inflated", async () => {
  let members = 0;
  const content = () => bomb(10 * 1024 ** 3, { onPiece: () => members++ });
  const source = new MemorySource({ [INPUT_KEY]: content, [OUTPUT_KEY]: ANSWER });
  const { attributes, events } = await joined(source);
  assert.ok(members <= 6, `${members} MiB were asked for`);
  assert.equal(events.count("bedrock.bodies_not_joined", "too_large"), 1);
  assert.equal(attributes["aws_bedrock.invocation.output.completion_text"], "Everything.");
});

Deno.test("memory is taken for what is likely, and a body that compresses better is read again with more", async () => {
  const body = gzipSync(JSON.stringify(promptOf("p".repeat(1_000_000))));
  const source = new MemorySource({ [INPUT_KEY]: body, [OUTPUT_KEY]: ANSWER });
  source.sizeBytes = body.length;
  const { consume, sink, flowControl } = joining();
  const taken: number[] = [];
  sink.answer = () => void taken.push(flowControl.budget.usedBytes);
  source.before = () => void taken.push(flowControl.budget.usedBytes);
  await consume([recordBeside(source)]);
  assert.deepEqual(taken, [
    0,
    0,
    0,
    0,
    4 * JSON.stringify(promptOf("p".repeat(1_000_000))).length + JSON.stringify(ANSWER).length,
  ]);
  assert.ok(sink.records[0]?.attributes["gen_ai.input.messages"] !== undefined);
});

Deno.test("of a body whose stored size alone is too large nothing is read", async () => {
  let asked = 0;
  const content = () => bomb(5 * 1024 ** 3, { onPiece: () => asked++ });
  const source = new MemorySource({ [INPUT_KEY]: content, [OUTPUT_KEY]: content });
  source.sizeBytes = 5 * 1024 ** 3;
  const { events } = await joined(source);
  assert.equal(asked, 0);
  assert.equal(events.count("bedrock.bodies_not_joined", "too_large"), 2);
});

Deno.test("a body that is not there yet is awaited while its log is younger than body_wait", async () => {
  using clock = fakeClock();
  const source = new MemorySource({ [OUTPUT_KEY]: ANSWER });
  const { consume, sink, events, flowControl } = joining();
  const done = consume([recordBeside(source, { writtenMs: Date.now() - 10_000 })]);
  await clock.pass(5000);
  assert.equal(sink.records.length, 0);
  assert.equal(flowControl.budget.usedBytes, 0);
  source.stored.set(INPUT_KEY, PROMPT);
  await clock.pass(5000);
  await done;
  assert.ok(sink.records[0]?.attributes["gen_ai.input.messages"] !== undefined);
  assert.equal(events.count("bedrock.bodies_not_joined"), 0);
  assert.ok(events.count("bedrock.body_waits") > 0);
});

Deno.test("a body that never comes is given up when its log is body_wait old", async () => {
  for (const writtenMs of [1_800_000_000_000 - 10_000, 1_800_000_000_000 + 3_600_000]) {
    using clock = fakeClock();
    const waitMs = writtenMs < Date.now() ? 20_000 : 30_000;
    const { consume, sink, events } = joining();
    const done = consume([recordBeside(new MemorySource({}), { writtenMs })]);
    await clock.pass(waitMs - 1);
    assert.equal(sink.records.length, 0);
    await clock.pass(1);
    await done;
    assert.equal(events.count("bedrock.bodies_not_joined", "missing"), 2);
  }
});

Deno.test("a clock that is put right makes the wait for a body neither longer nor shorter", async () => {
  for (const byMs of [-86_400_000, 86_400_000]) {
    using clock = fakeClock();
    const { consume, sink } = joining();
    const done = consume([recordBeside(new MemorySource({}), { writtenMs: Date.now() - 10_000 })]);
    await clock.pass(1000);
    clock.putRight(byMs);
    await clock.pass(18_999);
    assert.equal(sink.records.length, 0);
    await clock.pass(1);
    await done;
    assert.equal(sink.records.length, 1);
  }
});

Deno.test("bodies that have expired cost one request each and no wait", async () => {
  using _clock = fakeClock();
  const source = new MemorySource({});
  const { consume, sink } = joining();
  // No time passes here: who waited would wait for ever.
  await consume(Array.from({ length: 500 }, () => recordBeside(source, { writtenMs: Date.now() - 86_400_000 })));
  assert.equal(sink.records.length, 500);
  assert.equal(source.asked.length, 1000);
  assert.equal(source.mostOpen, 64);
  assert.equal(Date.now(), 1_800_000_000_000);
});

Deno.test("a transient error is retried, then left to the receiver: the body is not given up", async () => {
  using clock = fakeClock();
  const source = new MemorySource();
  let failures = 2;
  source.before = () => {
    if (failures-- > 0) throw new Error("SlowDown");
  };
  const { consume, sink, events, flowControl } = joining();
  const done = consume([recordBeside(source)]);
  await clock.pass(3000);
  await done;
  assert.equal(sink.records[0]?.attributes["aws_bedrock.invocation.output.completion_text"], "Everything.");
  assert.equal(events.count("bedrock.body_retries"), 2);

  failures = Infinity;
  const failed = assert.rejects(consume([recordBeside(source)]), /SlowDown/);
  await clock.pass(60_000);
  await failed;
  assert.equal(sink.records.length, 1);
  assert.equal(events.count("bedrock.bodies_not_joined"), 0);
  assert.equal(flowControl.budget.usedBytes, 0);
});

Deno.test("a connection that is lost within a body is no damage", async () => {
  using clock = fakeClock();
  const source = new MemorySource();
  source.stored.set(OUTPUT_KEY, async function* () {
    yield await Promise.resolve(gzipSync(JSON.stringify(ANSWER)).subarray(0, 30));
    source.stored.set(OUTPUT_KEY, ANSWER);
    throw new Error("reset");
  });
  const { consume, sink, events } = joining();
  const done = consume([recordBeside(source)]);
  await clock.pass(1000);
  await done;
  assert.equal(sink.records[0]?.attributes["aws_bedrock.invocation.output.completion_text"], "Everything.");
  assert.equal(events.count("bedrock.bodies_not_joined"), 0);
});

Deno.test("who gave up waits for no body any more", async () => {
  const source = new MemorySource({});
  const { consume } = joining();
  const done = consume([recordBeside(source, { writtenMs: Date.now() })]);
  source.stopping.abort(new Error("stopped"));
  await assert.rejects(done, /stopped/);
});

Deno.test("records without such bodies do not wait for those that have some", async () => {
  const source = new MemorySource();
  const opened = Promise.withResolvers<void>();
  source.before = () => opened.promise;
  const { consume, sink } = joining();
  const done = consume([recordBeside(source), received(sampleText("converse_text"))]);
  await Promise.resolve();
  await Promise.resolve();
  assert.deepEqual(sink.records.map(({ attributes }) => attributes["event.id"]), [
    "00000003-1111-4222-8333-000000000003",
  ]);
  opened.resolve();
  await done;
  assert.equal(sink.records.length, 2);
});

Deno.test("a batch fails with one of its records, once all are settled", async () => {
  const { consume, sink, flowControl } = joining();
  let call = 0;
  sink.answer = () => {
    if (++call === 1) throw new DataFaultError("refused");
    if (call === 2) throw new Error("down");
  };
  const source = new MemorySource();
  await assert.rejects(consume([recordBeside(source), recordBeside(source), recordBeside(source)]), /down/);
  assert.equal(sink.records.length, 1);
  assert.equal(flowControl.budget.usedBytes, 0);
});

Deno.test("bodies are counted in the memory budget until they are delivered, and never wait for each other for ever", async () => {
  const maxInFlightBytes = 100_000;
  const body = promptOf("p".repeat(30_000));
  const source = new MemorySource({ [INPUT_KEY]: body, [OUTPUT_KEY]: body });
  const { consume, sink, flowControl } = joining({ bodies: { max_body_size: "40000B" } }, { maxInFlightBytes });
  const answered = Promise.withResolvers<void>();
  sink.answer = () => answered.promise;
  // Other workers hold the whole budget already, as chunks of records with bodies to join do.
  using _chunks = flowControl.budget.tryAcquire(maxInFlightBytes);
  const done = consume(Array.from({ length: 40 }, () => recordBeside(source)));
  const stored = 2 * JSON.stringify(body).length;
  for (let turns = 0; turns < 30; turns++) {
    await new Promise((resolve) => setTimeout(resolve));
    if (flowControl.budget.usedBytes !== maxInFlightBytes + stored) turns = 0;
  }
  assert.equal(
    flowControl.budget.usedBytes,
    maxInFlightBytes + stored,
    "one record goes over the limit, the others wait",
  );
  answered.resolve();
  await done;
  assert.equal(sink.records.length, 40);
  assert.equal(flowControl.budget.usedBytes, maxInFlightBytes);
});

Deno.test("bodies that take more memory than their size tells go one record at a time", async () => {
  const dense = { messages: Array(100_000).fill([]) };
  const { consume, sink } = joining();
  const answers: (() => void)[] = [];
  sink.answer = () => new Promise<void>((resolve) => void answers.push(resolve));
  const done = consume(
    [1, 2, 3].map(() => recordBeside(new MemorySource({ [INPUT_KEY]: dense, [OUTPUT_KEY]: ANSWER }))),
  );
  for (let delivered = 1; delivered <= 3; delivered++) {
    while (answers.length < delivered) await new Promise((resolve) => setTimeout(resolve));
    for (let turns = 0; turns < 100; turns++) await new Promise((resolve) => setTimeout(resolve));
    assert.equal(answers.length, delivered);
    answers[delivered - 1]?.();
  }
  await done;
});

Deno.test("a body with too many values to be parsed is joined as the text that it is", async () => {
  const dense = JSON.stringify(Array(150_000).fill([]));
  const { consume, sink } = joining();
  await consume([recordBeside(new MemorySource({ [INPUT_KEY]: JSON.parse(dense), [OUTPUT_KEY]: ANSWER }))]);
  const attributes = sink.records[0]?.attributes ?? {};
  assert.ok(attributes["aws_bedrock.invocation.input.body"] === dense);
  assert.ok(attributes["gen_ai.output.messages"] !== undefined);
  assert.match(String(attributes["error.message"]), /^Too many values to be read/);
});
