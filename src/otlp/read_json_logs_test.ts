import assert from "node:assert/strict";
import { logRecord } from "../../test/world/records.ts";
import { MODES } from "../mappings/field.ts";
import type { LogRecord } from "../component/batch.ts";
import { typesIn } from "../mappings/field.ts";
import { INVOCATION_FIELDS } from "../mappings/generated/invocation.ts";
import { ALL_SAMPLES, mapped, sampleText } from "../../test/world/bedrock_records.ts";
import { encodeLogsJson } from "./json_logs.ts";
import { readLogsJson } from "./read_json_logs.ts";

const typeOf = typesIn(INVOCATION_FIELDS);

function written(records: readonly LogRecord[]): string {
  return encodeLogsJson(records, typeOf);
}

function readBack(line: string): LogRecord[] {
  const { origin } = logRecord();
  return readLogsJson(line, typeOf).map((record) => ({ ...record, origin, sizeBytes: 0 }));
}

for (const mapping of MODES) {
  Deno.test(`what was written of mapped records is read back to the letter, in mode ${mapping}`, async () => {
    const records = await Promise.all(ALL_SAMPLES.map((name) => mapped(sampleText(name), { mapping })));
    for (const record of records) {
      const line = written([record]);
      assert.equal(written(readBack(line)), line);
    }
    const line = written(records);
    assert.equal(readBack(line).length, records.length);
  });
}

Deno.test("every kind of value is read back", () => {
  const line = written([logRecord({
    hrTime: [1_760_000_000, 123_456_789],
    hrTimeObserved: [1_760_000_001, 987_654_321],
    severityNumber: 17,
    severityText: "ERROR",
    eventName: "event",
    body: { text: "Grüezi", list: [1, "a", null, { deep: [true] }] },
    attributes: {
      big: 2 ** 60,
      small: 0.5,
      infinite: -Infinity,
      none: null,
      bytes: new Uint8Array([0, 1, 255]),
      empty: "",
      ["__proto__"]: "a name like others",
    } as unknown as LogRecord["attributes"],
    droppedAttributesCount: 3,
    spanContext: { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331", traceFlags: 1 },
  })]);
  assert.equal(written(readBack(line)), line);
  const [record] = readBack(line);
  assert.deepEqual(record?.hrTime, [1_760_000_000, 123_456_789]);
  assert.deepEqual(Object.keys(record?.attributes ?? {}).slice(-1), ["__proto__"]);
});

Deno.test("what another writer leaves out or writes in another way is read as well", () => {
  const value = { intValue: 7 };
  const record = { timeUnixNano: 1, severityNumber: "9", attributes: [{ key: "a", value }, { key: "b" }] };
  const [read] = readBack(JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [record] }] }] }));
  assert.deepEqual({ ...read?.attributes }, { a: 7, b: null });
  assert.deepEqual([read?.hrTime, read?.severityNumber, read?.instrumentationScope.name], [[0, 1], 9, ""]);
  assert.deepEqual(readBack("{}"), []);
});

Deno.test("what is no OTLP/JSON says so and quotes nothing", () => {
  const secret = "my-secret-word";
  const broken: readonly unknown[] = [
    { resourceLogs: secret },
    { resourceLogs: [{ scopeLogs: [{ logRecords: [{ timeUnixNano: secret }] }] }] },
    { resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: { [secret]: 1 } }] }] }] },
    { resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: { intValue: secret } }] }] }] },
    [secret],
  ];
  for (const text of [`{"resourceLogs":[${secret}`, ...broken.map((value) => JSON.stringify(value))]) {
    assert.throws(() => readLogsJson(text), (error: Error) => {
      assert.match(error.message, /^Cannot read OTLP\/JSON logs: /);
      assert.ok(!error.message.includes(secret), error.message);
      return true;
    });
  }
});
