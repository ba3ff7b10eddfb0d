/** Whatever an endpoint or CloudWatch answers, there is an outcome or an error that says what was wrong and quotes nothing. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import fc from "fast-check";
import { outcomesOf } from "../../src/exporters/elasticsearch/bulk_answer.ts";
import { readAnswer, wordOfRefusal } from "../../src/exporters/otlp_http/answer.ts";
import { outcomeOfPartialSuccess, outcomeOfStatus } from "../../src/exporters/otlp_http/http_status.ts";
import type { Measure } from "../../src/receivers/awscloudwatchmetrics/catalogue.ts";
import { readValues } from "../../src/receivers/awscloudwatchmetrics/read.ts";
import { encodeLogsResponse } from "../world/otlp_logs.ts";
import { encodeMetricsResponse } from "../world/otlp_metrics.ts";
import { mutated, mutation } from "../world/mutations.ts";
import { damaged, fuzz } from "./fuzz.ts";

const SECRET = "the-prompt-in-an-answer";
const CONTENT_TYPES = ["application/x-protobuf", "application/json", "text/html", null];
const REJECTION = { rejected: 3, message: `failed to parse field [x] "${SECRET}"` };
const OTLP = ["application/x-protobuf", "application/json"].flatMap((type) => [
  encodeLogsResponse(REJECTION, type),
  encodeMetricsResponse(REJECTION, type),
]);
const REFUSALS = [
  JSON.stringify({ code: 3, message: SECRET }),
  JSON.stringify({ error: { reason: SECRET } }),
  "<html>",
];

Deno.test("whatever an OTLP endpoint answers, there is an outcome or an error that quotes nothing", async () => {
  const input = fc.tuple(damaged([...OTLP, ...REFUSALS, ""]), fc.constantFrom(...CONTENT_TYPES), fc.boolean());
  await fuzz(
    fc.property(input, fc.constantFrom(200, 400, 404, 413, 429, 503), ([bytes, contentType, isCut], status) => {
      const format = { contentType, encoding: "proto" as const, isCut };
      outcomeOfStatus(status, { text: wordOfRefusal(bytes, format) });
      try {
        const answer = readAnswer(bytes, format);
        if (answer === undefined) return assert.ok(isCut);
        assert.ok(Number.isSafeInteger(answer.rejected) && answer.rejected >= 0);
        outcomeOfPartialSuccess({ rejected: answer.rejected, message: answer.errorMessage });
      } catch (error) {
        assert.equal((error as Error).constructor, Error, `${(error as Error).stack}`);
        assert.ok(!(error as Error).message.includes(SECRET));
      }
    }),
  );
});

const BULK = JSON.stringify({
  errors: true,
  items: [
    { create: { _id: "1", status: 201 } },
    {
      create: {
        _id: "2",
        status: 400,
        error: { type: "document_parsing_exception", reason: `failed to parse [${SECRET}]` },
      },
    },
    { create: { _id: "3", status: 429, error: { type: "es_rejected_execution_exception", reason: "full" } } },
  ],
});

Deno.test("whatever Elasticsearch answers, there is an outcome for each document or none at all", async () => {
  const texts = fc.oneof(
    damaged([BULK]).map((bytes) => Buffer.from(bytes).toString()),
    fc.array(mutation, { maxLength: 3 }).map((mutations) => mutated(BULK, mutations)),
  );
  await fuzz(fc.property(texts, (text) => {
    const outcomes = outcomesOf(text, 3, { documentAt: () => Buffer.from(JSON.stringify({ SECRET })) });
    if (outcomes === undefined) return;
    assert.equal(outcomes.length, 3);
    // Nothing is taken for stored that the answer does not call so.
    const items = (JSON.parse(text) as { items: { create: { status: number } }[] }).items;
    for (const [index, { kind }] of outcomes.entries()) {
      if (kind === "stored") assert.ok([200, 201].includes(items[index]?.create.status ?? 0));
    }
  }));
});

const MEASURE = { key: "Invocations", type: "int", statistic: "Sum", periodMs: 300_000 } as Measure;
const SET = { account: "123456789012", dimensions: [{ name: "ModelId", value: "m" }] };
const QUERIES = [0, 1].map((index) => ({ metric: "Invocations", set: SET, measure: { ...MEASURE, key: `m${index}` } }));
const FROM_MS = Date.parse("2026-03-04T12:00:00Z");
const WINDOW = {
  fromMs: FROM_MS,
  startMs: FROM_MS,
  endMs: FROM_MS + 3_600_000,
  sinceMs: FROM_MS,
  granularityMs: 300_000,
  skippedMs: 0,
};

const time = fc.oneof(fc.nat(20).map((period) => FROM_MS + period * 300_000), fc.integer(), fc.constant(NaN))
  .map((ms) => new Date(ms));
const result = fc.record({
  Id: fc.oneof(fc.constantFrom("q0", "q1"), fc.string(), fc.constant(undefined)),
  Timestamps: fc.array(time, { maxLength: 5 }),
  Values: fc.array(fc.double(), { maxLength: 5 }),
  StatusCode: fc.constantFrom("Complete", "PartialData", "InternalError", "Forbidden", undefined),
}, { requiredKeys: [] });
const page = fc.record({
  MetricDataResults: fc.array(result, { maxLength: 4 }),
  Messages: fc.array(fc.record({ Code: fc.string(), Value: fc.string() }, { requiredKeys: [] }), { maxLength: 2 }),
  NextToken: fc.constantFrom("a", "b", "c", ""),
}, { requiredKeys: [] });

Deno.test("whatever CloudWatch answers, the values are of the window, and what is missing is known", async () => {
  await fuzz(fc.asyncProperty(fc.array(page, { minLength: 1, maxLength: 5 }), async (pages) => {
    let asked = 0;
    const getMetricData = () => Promise.resolve({ $metadata: {}, ...pages[Math.min(asked++, pages.length - 1)] });
    let reading;
    try {
      reading = await readValues({ getMetricData }, QUERIES, {
        namespace: "AWS/Bedrock",
        account: SET.account,
        window: WINDOW,
        signal: new AbortController().signal,
      });
    } catch (error) {
      return assert.match((error as Error).message, /metric data/);
    }
    for (const [timeMs, sets] of reading.values) {
      assert.ok(timeMs >= WINDOW.fromMs && timeMs < WINDOW.endMs);
      for (const values of sets.values()) for (const value of values.values()) assert.ok(Number.isFinite(value));
    }
    const told = pages.slice(0, asked).flatMap(({ MetricDataResults = [] }) => MetricDataResults);
    const isTold = (id: string) => told.findLast((one) => one.Id === id)?.StatusCode;
    for (const id of ["q0", "q1"]) {
      if (!told.some((one) => one.Id === id)) {
        assert.ok(reading.incomplete.has(SET), `${id} is not known to be missing`);
      }
      if (isTold(id) === "InternalError") assert.ok(reading.incomplete.has(SET));
    }
  }));
});
