import assert from "node:assert/strict";
import { batchOf } from "../../component/batch.ts";
import { EndpointFaultError } from "../../component/outcome.ts";
import { quietEvents } from "../../../test/world/quiet_events.ts";
import { testBatch, testGroup, testRecord } from "../../../test/world/records.ts";
import { fileFactory } from "./factory.ts";
import { FileExporter } from "./exporter.ts";

/** A `file` exporter on a path in a directory of its own. */
class Fixture implements AsyncDisposable {
  readonly directory = Deno.makeTempDirSync();
  readonly path: string;
  readonly events = quietEvents().events;
  readonly exporter: FileExporter;

  constructor(name = "out.jsonl") {
    this.path = `${this.directory}/${name}`;
    this.exporter = this.another();
  }

  another(): FileExporter {
    const config = fileFactory.schema.parse({ path: this.path });
    return fileFactory.create({ id: "file", config, events: this.events }) as FileExporter;
  }

  consume(batch = testBatch(1)): Promise<void> {
    return this.exporter.consumers.logs?.consume(batch) as Promise<void>;
  }

  /** The file's lines; throws when the last one is not ended. */
  lines(): string[] {
    const text = Deno.readTextFileSync(this.path);
    assert.ok(text === "" || text.endsWith("\n"), "the last line is not ended");
    return text.split("\n").slice(0, -1);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.exporter.shutdown();
    await Deno.remove(this.directory, { recursive: true });
  }
}

Deno.test("file writes metrics as lines of OTLP JSON between those of logs", async () => {
  await using file = new Fixture();
  await file.exporter.start();
  await file.consume();
  await file.exporter.consumers.metrics?.consume(batchOf([testGroup({ position: 1 }), testGroup({ position: 2 })]));
  const [logs, metrics] = file.lines().map((line) => JSON.parse(line));
  assert.deepEqual([Object.keys(logs), Object.keys(metrics)], [["resourceLogs"], ["resourceMetrics"]]);
  const [sum, gauge] = metrics.resourceMetrics[0].scopeMetrics[0].metrics;
  assert.deepEqual(sum.sum.dataPoints.map(({ asInt }: { asInt: number }) => asInt), [7, 7]);
  assert.deepEqual(gauge.gauge.dataPoints.map(({ asDouble }: { asDouble: number }) => asDouble), [7, 7]);
});

Deno.test("file writes each request as one line of OTLP JSON", async () => {
  await using file = new Fixture();
  await file.exporter.start();

  await file.consume(batchOf([
    testRecord({ position: 0, attributes: { "user.id": "alice", "gen_ai.request.temperature": 1 } }),
    testRecord({ position: 1, attributes: { text: "two\nlines \u2028 and a snow\u2603man" } }),
  ]));
  await file.consume(batchOf([testRecord({ position: 2 })]));

  const documents = file.lines().map((line) => JSON.parse(line));
  assert.equal(documents.length, 2);
  assert.deepEqual(Object.keys(documents[0]), ["resourceLogs"]);
  const records = documents.map((document) => document.resourceLogs[0].scopeLogs[0].logRecords);
  assert.deepEqual(records.map(({ length }) => length), [2, 1]);
  const [first, second] = records[0];
  assert.equal(first.timeUnixNano, "1736899200500000000");
  assert.ok(
    first.attributes.some(({ key, value }: { key: string; value: { stringValue?: string } }) =>
      key === "user.id" && value.stringValue === "alice"
    ),
  );
  assert.deepEqual(second.attributes.at(-1).value, { stringValue: "two\nlines \u2028 and a snow\u2603man" });
});

Deno.test({
  name: "file creates its file for the owner only, and leaves the mode of an existing one",
  ignore: Deno.build.os === "windows",
  async fn() {
    await using file = new Fixture();
    await file.exporter.start();
    assert.equal((await Deno.stat(file.path)).mode! & 0o777, 0o600);
    await file.exporter.shutdown();
    await Deno.chmod(file.path, 0o640);
    await file.exporter.start();
    assert.equal((await Deno.stat(file.path)).mode! & 0o777, 0o640);
  },
});

Deno.test("file appends to what is there", async () => {
  await using file = new Fixture();
  await Deno.writeTextFile(file.path, '{"resourceLogs":[]}\n');
  await file.exporter.start();
  await file.consume();
  const lines = file.lines();
  assert.equal(lines.length, 2);
  assert.equal(lines[0], '{"resourceLogs":[]}');
});

Deno.test("file begins a new line after a half line that a crash has left", async () => {
  await using file = new Fixture();
  await Deno.writeTextFile(file.path, '{"resourceLo');
  await file.exporter.start();
  await file.consume();
  const [half, whole] = file.lines();
  assert.equal(half, '{"resourceLo');
  assert.ok(JSON.parse(whole as string).resourceLogs);
});

Deno.test("file keeps lines whole when many requests come at once, in their order", async () => {
  await using file = new Fixture();
  await file.exporter.start();
  const positions = Array.from({ length: 50 }, (_, position) => position);
  await Promise.all(positions.map((position) => file.consume(batchOf([testRecord({ position })]))));
  const ids = file.lines().map((line) => /"id-(\d+)"/.exec(line)?.[1]);
  assert.deepEqual(ids, positions.map(String));
});

for (
  const [name, path, message] of [
    ["whose directory does not exist", "missing/out.jsonl", /^Cannot open .*out\.jsonl: its directory does not exist$/],
    ["that is a directory", "", /^Cannot open .*: it is a directory$/],
  ] as const
) {
  Deno.test(`file does not start with a path ${name}`, async () => {
    await using file = new Fixture(path);
    await assert.rejects(file.exporter.start(), { message });
  });
}

Deno.test("file does not start on a file that another exporter writes", async () => {
  await using file = new Fixture();
  await file.exporter.start();
  const other = file.another();
  await assert.rejects(other.start(), { message: `Cannot open ${file.path}: another exporter or program writes it` });
  await file.exporter.shutdown();
  await other.start();
  await other.shutdown();
});

Deno.test("file delivers nothing before it is started and after it was shut down", async () => {
  await using file = new Fixture();
  await file.exporter.shutdown();
  await assert.rejects(file.consume(), { message: "Cannot write: exporter file is not started" });
  await file.exporter.start();
  await file.consume();
  await file.exporter.shutdown();
  await file.exporter.shutdown();
  await assert.rejects(file.consume());
  assert.equal(file.lines().length, 1);
});

Deno.test({
  name: "file takes a full disk for an endpoint fault",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const { events } = quietEvents();
    const exporter = fileFactory.create({ id: "file", config: { path: "/dev/full" }, events });
    await exporter.start();
    try {
      await assert.rejects(exporter.consumers.logs?.consume(testBatch(1)) as Promise<void>, (error) => {
        assert.ok(error instanceof EndpointFaultError);
        assert.equal(error.reason, "write");
        assert.match(error.message, /^Cannot write \/dev\/full: No space left on device/);
        return true;
      });
    } finally {
      await exporter.shutdown();
    }
  },
});
