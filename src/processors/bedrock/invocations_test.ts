import assert from "node:assert/strict";
import type { LogRecord } from "../../component/batch.ts";
import { ALL_SAMPLES, fixture, mapped, sampleText, tableProblems } from "../../../test/world/bedrock_records.ts";

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
