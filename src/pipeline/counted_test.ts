import assert from "node:assert/strict";
import { testBatch, testGroup } from "../../test/world/records.ts";
import { batchOf, type LogRecord, type MetricGroup } from "../component/batch.ts";
import { countDelivered } from "./counted.ts";
import { COUNTING } from "./counting.ts";
import { TestSink } from "../../test/world/test_sink.ts";
import { quietEvents } from "../../test/world/quiet_events.ts";

Deno.test("countDelivered counts records or data points under the exporter's id, and nothing of what failed", async () => {
  const { events } = quietEvents();
  const told: number[] = [];
  const logs = new TestSink<LogRecord>();
  const onDelivered = ({ items }: { items: readonly unknown[] }) => void told.push(items.length);
  const counted = countDelivered(logs, { id: "file", counting: COUNTING.logs, events, onDelivered });
  await counted.consume(testBatch(3));
  logs.answer = () => {
    throw new Error("down");
  };
  await assert.rejects(counted.consume(testBatch(2)), /down/);
  const metrics = new TestSink<MetricGroup>();
  await countDelivered(metrics, { id: "file", counting: COUNTING.metrics, events })
    .consume(batchOf([testGroup(), testGroup()]));
  const attributes = { exporter: "file" };
  assert.deepEqual([...events.series("exporter.delivered_records")], [{ attributes, value: 3 }]);
  assert.deepEqual([...events.series("exporter.delivered_points")], [{ attributes, value: 4 }]);
  assert.deepEqual(told, [3]);
});
