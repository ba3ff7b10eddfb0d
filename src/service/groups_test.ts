import assert from "node:assert/strict";
import { loadProgramConfig } from "../commands/load_config.ts";
import { quietEvents } from "../../test/world/quiet_events.ts";
import { Health } from "../telemetry/health.ts";
import { healthReport } from "../telemetry/health_report.ts";
import { groupsOf } from "./groups.ts";
import { testFile } from "../../test/world/folder.ts";

async function configWith(receiver: string, settings: Record<string, unknown>) {
  using file = testFile(
    JSON.stringify({
      receivers: { [receiver]: settings },
      processors: { bedrock: {} },
      exporters: { debug: {} },
      service: { pipelines: { logs: { receivers: [receiver], processors: ["bedrock"], exporters: ["debug"] } } },
    }),
    ".yaml",
  );
  return await loadProgramConfig([file.path]);
}

Deno.test("a state that cannot be written makes a program unhealthy that needs one", async () => {
  const { events } = quietEvents();
  const health = new Health(events);
  health.enter("running");
  const groups = groupsOf(await configWith("file", { include: ["/nowhere/*"] }));
  const report = () => healthReport(health, groups, { unhealthyAfterMs: 0 });
  assert.equal(report().healthy, true);
  events.emit("storage.failed", { component: "storage", reason: "full" });
  const { healthy, error, components } = report();
  assert.deepEqual([healthy, error, components?.["state"]?.healthy], [false, "full", false]);
  events.emit("storage.recovered", { component: "storage" });
  assert.equal(report().healthy, true);
});

Deno.test("the health of a program that needs no state tells of none", async () => {
  const queueUrl = "https://sqs.us-east-1.amazonaws.com/123456789012/q";
  const groups = groupsOf(await configWith("awss3", { queue_url: queueUrl }));
  assert.deepEqual(Object.keys(groups), ["extensions", "pipeline:logs"]);
});
