import assert from "node:assert/strict";
import { Aws } from "../world/aws.ts";
import { configFor } from "../world/config.ts";
import { TestFolder } from "../world/folder.ts";
import { runOnce } from "../world/program.ts";
import { samples } from "../world/samples.ts";
import { FOLDER, storedSample } from "../world/stored_bodies.ts";
import { buildCollector, Collector } from "./collector.ts";
import { peerTest } from "./peer.ts";

const collector = await buildCollector();

interface OtlpDocument {
  readonly resourceLogs: readonly {
    readonly resource: unknown;
    readonly scopeLogs: readonly { readonly scope: unknown; readonly logRecords: readonly OtlpRecord[] }[];
  }[];
}

interface OtlpRecord {
  readonly attributes: readonly { readonly key: string; readonly value: Record<string, unknown> }[];
}

/** Records with their resource and scope, by document id; `body: {}` is how the Collector writes no body. */
function recordsOf(documents: readonly unknown[]): Map<string, unknown> {
  const records = new Map<string, unknown>();
  for (const { resourceLogs } of documents as OtlpDocument[]) {
    for (const { resource, scopeLogs } of resourceLogs) {
      for (const { scope, logRecords } of scopeLogs) {
        for (const record of logRecords) {
          const id = attribute(record, "elasticsearch.document_id")?.["stringValue"];
          records.set(String(id), { resource, scope, record: { ...record, body: bodyOf(record) } });
        }
      }
    }
  }
  return records;
}

function bodyOf(record: OtlpRecord): unknown {
  const { body } = record as { body?: object };
  return body === undefined || Object.keys(body).length === 0 ? undefined : body;
}

function attribute(record: OtlpRecord, key: string): Record<string, unknown> | undefined {
  return record.attributes.find((candidate) => candidate.key === key)?.value;
}

for (const encoding of ["proto", "json"] as const) {
  for (const mapping of ["ecs", "integration", "otel", "raw"] as const) {
    peerTest(`a real Collector takes mode ${mapping} as ${encoding} and shows every attribute as it was sent`, [
      collector,
    ], async (_, path) => {
      await using aws = await Aws.start();
      await using peer = await Collector.start(path);
      using folder = new TestFolder();
      const count = 40;
      aws.publish("AWSLogs/1/BedrockModelInvocationLogs/us-east-1/2026/11/24/01/a.json.gz", samples(count));
      const config = configFor(aws, { url: peer.endpoint }, {
        processor: { mapping },
        exporter: { encoding },
        exporters: { file: { path: folder.file("sent.jsonl") } },
      });
      const { logs } = (config["service"] as { pipelines: { logs: { exporters: string[] } } }).pipelines;
      logs.exporters.push("file");

      const { undelivered, log } = await runOnce(config);
      assert.equal(undelivered, 0, log.join(""));

      const lines = (await Deno.readTextFile(folder.file("sent.jsonl"))).trimEnd().split("\n");
      const sent = recordsOf(lines.map((line) => JSON.parse(line) as unknown));
      const shown = recordsOf(await peer.stop());
      assert.equal(sent.size, count);
      assert.deepEqual([...shown.keys()].sort(), [...sent.keys()].sort());
      for (const [id, record] of sent) assert.deepEqual(shown.get(id), record);
      if (mapping === "ecs") assertDoubles([...shown.values()]);
    });
  }
}

peerTest(
  "a real Collector takes a record with a prompt of 3 MB beside it as one document",
  [collector],
  async (_, path) => {
    await using aws = await Aws.start();
    await using peer = await Collector.start(path);
    const { record, stored } = storedSample(0, { shape: "anthropic", sizeBytes: 5_000_000 });
    for (const [key, body] of stored) aws.putLogs(key, JSON.stringify(body));
    aws.publish(`${FOLDER}/a.json.gz`, [record]);

    const { undelivered, log } = await runOnce(configFor(aws, { url: peer.endpoint }));
    assert.equal(undelivered, 0, log.join(""));

    const [shown, ...others] = recordsOf(await peer.stop()).values();
    assert.deepEqual(others, []);
    const document = (shown as { record: OtlpRecord }).record;
    const { input, output } = record as unknown as Record<"input" | "output", Record<string, number>>;
    const { messages } = (stored[0]?.[1] ?? {}) as { messages: { content: { text: string }[] }[] };
    const prompt = messages[0]?.content[0]?.text ?? "";
    assert.ok(prompt.length > 2_900_000, `the prompt has ${prompt.length} characters`);
    assert.ok(JSON.stringify(attribute(document, "gen_ai.input.messages")).includes(JSON.stringify(prompt)));
    assert.equal(attribute(document, "gen_ai.usage.input_tokens")?.["intValue"], String(input["inputTokenCount"]));
    assert.equal(attribute(document, "gen_ai.usage.output_tokens")?.["intValue"], String(output["outputTokenCount"]));
  },
);

/** A temperature of 1 leaves as a double, although JavaScript does not know it from an integer. */
function assertDoubles(records: readonly unknown[]): void {
  const temperatures = (records as { record: OtlpRecord }[])
    .map(({ record }) => attribute(record, "gen_ai.request.temperature")).filter((value) => value !== undefined);
  assert.ok(temperatures.length > 0, "no sample has a temperature");
  for (const value of temperatures) assert.deepEqual(Object.keys(value), ["doubleValue"]);
  assert.ok(
    temperatures.some((value) => Number.isInteger(value["doubleValue"])),
    "no whole temperature among the samples",
  );
}
