import assert from "node:assert/strict";
import type { LogRecord } from "../../component/batch.ts";
import {
  ALL_SAMPLES,
  fixture,
  mapped,
  OTEL_SAMPLES,
  SAMPLES,
  sampleText,
  tableProblems,
} from "../../../test/world/bedrock_records.ts";

/** What the expected documents hold of a record. */
function documentOf({ hrTime: [seconds, nanos], severityText, attributes }: LogRecord) {
  return {
    timestamp: new Date(seconds * 1000 + nanos / 1e6).toISOString(),
    severity: severityText,
    // Numbers that stay as they were written are compared as such.
    attributes: JSON.parse(JSON.stringify(attributes)),
  };
}

for (const name of ALL_SAMPLES) {
  Deno.test(`bedrock maps ${name} as the tables say in mode ecs`, async () => {
    const record = await mapped(sampleText(name));
    assert.deepEqual(documentOf(record), fixture(`${name}.ecs.json`));
    assert.equal(record.body, undefined);
    assert.deepEqual(tableProblems(record, "ecs"), []);
  });

  Deno.test(`bedrock leaves the text of ${name} as it is in mode raw`, async () => {
    const record = await mapped(sampleText(name), { mapping: "raw" });
    assert.equal(record.body, sampleText(name));
    assert.deepEqual(documentOf(record), fixture(`${name}.raw.json`));
    assert.deepEqual(tableProblems(record, "raw"), []);
  });
}

for (const name of OTEL_SAMPLES) {
  Deno.test(`bedrock maps ${name} as the tables say in mode otel, too`, async () => {
    const record = await mapped(sampleText(name), { mapping: "otel" });
    const { eventName } = record;
    assert.deepEqual({ ...documentOf(record), event_name: eventName }, fixture(`${name}.otel.json`));
    assert.deepEqual(tableProblems(record, "otel"), []);
  });
}

for (const name of ALL_SAMPLES.filter((name) => !SAMPLES.includes(name))) {
  Deno.test(`${name} leaves with attributes of the table alone in modes otel and integration`, async () => {
    for (const mapping of ["otel", "integration"] as const) {
      assert.deepEqual(tableProblems(await mapped(sampleText(name), { mapping }), mapping), []);
    }
  });
}
