import assert from "node:assert/strict";
import { batchOf } from "../component/batch.ts";
import { EVENTS } from "../components.ts";
import { EventReporter } from "../telemetry/event_reporter.ts";
import { createLog } from "../telemetry/log.ts";
import { FakeTime } from "../../test/world/fake_time.ts";
import { Progress } from "./progress.ts";

Deno.test("a minute in which records flow is one line, and an idle one is none", async () => {
  using time = new FakeTime();
  const lines: string[] = [];
  const events = new EventReporter(
    createLog({ level: "info", format: "text", sink: (line) => lines.push(line) }),
    EVENTS,
  );
  const progress = new Progress(events);
  progress.start();
  events.emit("export.delivered", { exporter: "otlp_http", count: 1240 });
  const nowS = Math.floor(Date.now() / 1000);
  progress.delivered([...Array(19).fill([nowS - 10, 0]), [nowS - 1000, 0]]);
  await time.pass(60_000);
  assert.equal(lines.length, 1);
  assert.match(lines[0] ?? "", / delivered_records=1240 seconds=60 delay_p95_s=1\d waiting=0\n$/);
  await time.pass(60_000);
  assert.equal(lines.length, 1);
  const held = Promise.withResolvers<void>();
  const consumed = progress.watch({ consume: () => held.promise }).consume(batchOf([{}, {}] as never[]));
  await time.pass(60_000);
  assert.match(
    lines[1] ?? "",
    / delivered_records=0 seconds=60 waiting=2\n$/,
    "a stuck program does not look like an idle one",
  );
  held.resolve();
  await consumed;
  progress.stop();
});
