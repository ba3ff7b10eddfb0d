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

Deno.test("each sample is listed beside the page that it was written after", () => {
  const page = new URL("../../../test/fixtures/invocation/README.md", import.meta.url);
  const rows = Deno.readTextFileSync(page).split("\n").filter((line) => /^\| `.*\| https:\/\/\S+/.test(line));
  const names = rows.flatMap((row) =>
    [...(row.split("|")[1] ?? "").matchAll(/`([\w*]+)`/g)].map(([, name = ""]) => name)
  );
  const patterns = names.map((name) => new RegExp(`^${name.replaceAll("*", "\\w*")}$`));
  for (const sample of ALL_SAMPLES) assert.ok(patterns.some((pattern) => pattern.test(sample)), sample);
  for (const [index, pattern] of patterns.entries()) {
    assert.ok(ALL_SAMPLES.some((sample) => pattern.test(sample)), `no sample is ${names[index]}`);
  }
});
